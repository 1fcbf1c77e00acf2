"""Statistical tables: one definition each, resolved to a cube, from which every rendering comes.

definitions → tables → registry; `cube.resolve` turns a definition and its facts into a cube in one language;
`selection` cuts it; the modules in `renderers` write it and see nothing but the cube.
"""
