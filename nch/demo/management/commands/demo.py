"""The demo in one command: builds it once, then serves it with a web server and a worker of its own."""

import os
import signal
import socket
import subprocess
import sys
import time
from argparse import ArgumentParser
from collections.abc import Callable
from typing import Any, Protocol

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from nch.accounts.models import User
from nch.celery import app as celery_app
from nch.demo.build import build, is_begun, is_built

STOP_SECONDS = 10
# A worker that stops is started again; one that stops at once, so many times in a row, never will run.
QUICK_STOPS = 3
QUICK_SECONDS = 15


class Process(Protocol):
    """What is asked of a process that runs beside this one."""

    def poll(self) -> int | None:
        """Its exit code, None while it runs."""


class Command(BaseCommand):
    help = "Bygger demon i en egen SQLite-databas och startar den. Kräver ingen annan server och inget nätverk."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--no-serve", action="store_true", help="bygg bara, starta inget")
        parser.add_argument("--port", type=int, default=8000)

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("Demon körs bara med NCH_MODE=demo (det som gäller när inget är sagt).")
        call_command("migrate", verbosity=0)
        self._build_once()
        if not options["no_serve"]:
            self._serve(options["port"])

    def _build_once(self) -> None:
        if is_built():
            self.stdout.write("Demon är redan byggd. Ta bort mappen var/ för att börja om.")
            return
        if is_begun():
            raise CommandError("Ett tidigare bygge avbröts. Ta bort mappen var/ och kör igen.")
        started = time.monotonic()
        # No worker runs yet, so what the services leave to the background is done on the spot.
        celery_app.conf.task_always_eager = True
        try:
            build(say=lambda step: self.stdout.write(f"  {step} …"))
        finally:
            celery_app.conf.task_always_eager = False
        self.stdout.write(f"Demon är byggd på {time.monotonic() - started:.0f} sekunder.")

    def _serve(self, port: int) -> None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                raise CommandError(
                    f"Port {port} är upptagen. Välj en annan, till exempel: manage.py demo --port {port + 1}"
                )
        environment = {**os.environ, "NCH_MODE": "demo", "SITE_URL": f"http://127.0.0.1:{port}"}
        web = ["gunicorn", "nch.wsgi", "--bind", f"127.0.0.1:{port}", "--workers", "2", "--log-level", "warning"]
        worker = [
            *("celery", "-A", "nch", "worker", "--concurrency", "1", "--loglevel", "warning", "--without-mingle"),
            *("--beat", "--schedule", str(settings.VAR_DIR / "beat")),
        ]
        processes: list[subprocess.Popen[bytes]] = []

        def start(command: list[str]) -> subprocess.Popen[bytes]:
            process = subprocess.Popen(  # noqa: S603 – fixed
                [sys.executable, "-m", *command], cwd=settings.BASE_DIR, env=environment
            )
            processes.append(process)
            return process

        self.stdout.write(self.style.SUCCESS(f"\nÖppna http://127.0.0.1:{port}/behorighet/demo/ och välj vem du är:"))
        for name in User.objects.filter(is_demo_cast=True).values_list("display_name", flat=True):
            self.stdout.write(f"  {name}")
        self.stdout.write("Avsluta med Ctrl+C.")
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
        try:
            self._watch(start(web), lambda: start(worker))
        except KeyboardInterrupt:
            self.stdout.write("\nAvslutar …")
        finally:
            for process in processes:
                process.terminate()
            for process in processes:
                try:
                    process.wait(STOP_SECONDS)
                except subprocess.TimeoutExpired:
                    process.kill()

    def _watch(self, web: Process, start_worker: Callable[[], Process]) -> None:
        """Wait while the web server runs, and start the worker again when it has stopped.

        Raises CommandError where the web server stops, and where the worker keeps stopping at once.
        """
        worker, started, quick_stops = start_worker(), time.monotonic(), 0
        while (code := web.poll()) is None:
            if (worker_code := worker.poll()) is not None:
                quick_stops = quick_stops + 1 if time.monotonic() - started < QUICK_SECONDS else 1
                if quick_stops >= QUICK_STOPS:
                    raise CommandError(f"Arbetsprocessen stannar så snart den startas (kod {worker_code}); se ovan.")
                self.stderr.write(f"Arbetsprocessen stannade (kod {worker_code}; orsaken står ovan) och startas om.")
                worker, started = start_worker(), time.monotonic()
            time.sleep(0.5)
        raise CommandError(f"Webbservern stannade (kod {code}); se raderna ovan.")
