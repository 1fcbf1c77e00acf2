"""What is done with calls, applications, assessments and decisions: one module for each."""
