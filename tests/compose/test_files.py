"""docker-compose.yml, Dockerfile and .env.example agree with the code."""

from __future__ import annotations

import re
import tomllib
from importlib.util import find_spec
from urllib.parse import urlsplit

import pytest

from claims.settings import DEFAULT_PORT, Settings, default_data_folder
from claims.webhooks import WEBHOOKS_MAX
from service.processes.program_list import deliver_program, read_program
from tests.compose.compose import (
    ROOT,
    find_option,
    find_variables,
    list_volumes,
    put_in,
    read_services,
)
from workers.queues import QUEUES

SERVICES = read_services()
OWN = [name for name, service in SERVICES.items() if service["image"] == "assay"]
SETTINGS = {f"ASSAY_{name.upper()}" for name in Settings.model_fields}
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")


def test_services_are_those_of_the_design() -> None:
    assert set(SERVICES) == {"redis", "api", "worker", "reader", "deliverer", "beat"}
    assert OWN == ["api", "worker", "reader", "deliverer", "beat"]


def test_environment_holds_settings_and_each_setting_can_be_made() -> None:
    given = {name for service in OWN for name in SERVICES[service]["environment"]}
    given |= {*find_variables([SERVICES[name].get("logging") for name in OWN])}
    given |= {*find_variables(SERVICES["redis"])}  # for the store itself
    # For commands outside the containers, and for the log files of `assay up`.
    assert given == SETTINGS - {"ASSAY_URL", "ASSAY_API_KEY", "ASSAY_LOG_DAYS"}


def test_example_environment_names_what_compose_asks_for() -> None:
    text = (ROOT / ".env.example").read_text(encoding="utf-8")
    named = set(re.findall(r"^(\w+)=", text, re.MULTILINE))
    assert named == set(find_variables(SERVICES))


def test_defaults_are_those_of_the_code() -> None:
    text = (ROOT / ".env.example").read_text(encoding="utf-8")
    for name, default in re.findall(r"^ASSAY_(\w+)=(.*)$", text, re.MULTILINE):
        expected = Settings.model_fields[name.lower()].default
        assert default == ("" if expected is None else str(expected))
        for service in OWN:
            given = SERVICES[service]["environment"].get(f"ASSAY_{name}", "")
            assert name == "API_TOKEN" or put_in(given, {}) in ("", default)


def test_api_does_not_start_without_a_token() -> None:
    assert find_variables(SERVICES["api"])["ASSAY_API_TOKEN"]
    with pytest.raises(KeyError):
        put_in(SERVICES["api"]["environment"]["ASSAY_API_TOKEN"], {})


def test_workers_serve_every_queue() -> None:
    commands = [SERVICES[name]["command"] for name in ("worker", "reader", "deliverer")]
    served = [
        queue for command in commands for queue in find_option(command, "--queues").split(",")
    ]
    assert sorted(served) == sorted(QUEUES)


def test_the_deliverer_has_a_thread_for_each_webhook() -> None:
    """Otherwise receivers that hang could take all of them."""
    assert find_option(SERVICES["deliverer"]["command"], "--concurrency") == str(WEBHOOKS_MAX)
    (chosen,) = (number for number in deliver_program().arguments if number.isdigit())
    assert chosen == str(WEBHOOKS_MAX)


def test_the_reader_is_started_on_demand_with_the_threads_of_the_setting() -> None:
    reader = SERVICES["reader"]
    assert reader["profiles"] == ["reader"]
    requests = put_in(find_option(reader["command"], "--concurrency"), {})
    assert requests == str(Settings.model_fields["reader_requests"].default)
    assert find_option(read_program(Settings()).arguments, "--concurrency") == requests


def test_commands_name_modules_that_exist() -> None:
    worker, beat, api = (SERVICES[name]["command"] for name in ("worker", "beat", "api"))
    modules = [find_option(worker, "-A"), find_option(beat, "-A")]
    modules.append(find_option(api, "-m"))
    modules.append(SERVICES["worker"]["healthcheck"]["test"][-1])
    assert [module for module in modules if find_spec(module) is None] == []


def test_api_has_one_port_everywhere() -> None:
    api = SERVICES["api"]
    assert api["command"][-1] == f"0.0.0.0:{DEFAULT_PORT}"
    assert api["ports"] == [f"127.0.0.1:{DEFAULT_PORT}:{DEFAULT_PORT}"]
    assert f"http://127.0.0.1:{DEFAULT_PORT}/livez" in api["healthcheck"]["test"][-1]


def test_all_use_the_one_store_which_keeps_what_it_accepts() -> None:
    urls = {SERVICES[name]["environment"]["ASSAY_REDIS_URL"] for name in OWN}
    assert [urlsplit(url).hostname for url in urls] == ["redis"]
    command = SERVICES["redis"]["command"]
    assert find_option(command, "--appendonly") == "yes"
    assert find_option(command, "--maxmemory-policy") == "noeviction"
    assert SERVICES["redis"]["volumes"] == ["store:/data"]


@pytest.mark.parametrize("given", ["", "/srv/press"])
def test_what_one_container_keeps_in_the_data_folder_is_read_by_those_that_need_it(
    given: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The result of `assay reader test`, for the judge, the reader and the API."""
    (kept,) = re.findall(r"^ENV .*\bXDG_DATA_HOME=(\S+)", DOCKERFILE, re.MULTILINE)
    monkeypatch.setenv("XDG_DATA_HOME", kept)
    volumes = {}
    for name in OWN:
        if "volumes" not in SERVICES[name]:
            continue
        (volume,) = SERVICES[name]["volumes"]
        environment = SERVICES[name]["environment"]["ASSAY_DATA_FOLDER"]
        folder = put_in(environment, {"ASSAY_DATA_FOLDER": given}) or str(default_data_folder())
        mounted = put_in(volume, {"ASSAY_DATA_FOLDER": given})
        volumes[name] = mounted.replace(folder, "FOLDER")
    # The reader is where a reader is tested: `docker compose run reader assay reader test`.
    assert volumes == {"api": "data:FOLDER:ro", "worker": "data:FOLDER:ro", "reader": "data:FOLDER"}
    assert sorted(list_volumes()) == ["data", "store"]


def test_the_data_folder_of_the_image_belongs_to_its_user() -> None:
    """A new volume takes owner and mode from the folder of the image where it is mounted."""
    before_user, _ = DOCKERFILE.split("\nUSER assay\n")
    assert "mkdir -m 700 /var/lib/assay && chown assay: /var/lib/assay" in before_user


@pytest.mark.parametrize("name", OWN)
def test_logs_of_containers_have_a_limit_and_no_banner(name: str) -> None:
    options = SERVICES[name]["logging"]["options"]
    assert options == {"max-size": "${ASSAY_LOG_MB:-50}m", "max-file": "2"}
    assert ("celery" in SERVICES[name]["command"]) == ("--quiet" in SERVICES[name]["command"])


@pytest.mark.parametrize("name", SERVICES)
def test_containers_have_few_rights_and_time_to_end(name: str) -> None:
    service = SERVICES[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["stop_grace_period"] == "40s"
    assert service["restart"] == "unless-stopped"


def test_worker_can_be_scaled() -> None:
    # With a fixed name or port a second replica could not start; a fixed node name is refused.
    worker = SERVICES["worker"]
    assert not {"container_name", "ports", "hostname"} & set(worker)
    assert "--hostname" not in worker["command"]


def test_image_copies_what_exists_and_the_build_may_see_it() -> None:
    copied = re.findall(r"^COPY (?!--from)(.+) \S+$", DOCKERFILE, re.MULTILINE)
    sources = [source for line in copied for source in line.split()]
    seen = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    assert [source for source in sources if not (ROOT / source).exists()] == []
    assert [source for source in sources if f"!{source}" not in seen] == []
    assert {"claims", "workers", "service"} <= set(sources)


def test_image_has_a_python_that_the_project_supports_and_no_root() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    least = tuple(map(int, project["requires-python"].removeprefix(">=").split(".")))
    bases = re.findall(r"^FROM python:(\d+)\.(\d+)-slim", DOCKERFILE, re.MULTILINE)
    assert [base for base in bases if tuple(map(int, base)) < least] == []
    assert re.findall(r"^USER (\w+)$", DOCKERFILE, re.MULTILINE) == ["assay"]


def test_image_installs_locked_packages_only() -> None:
    installs = re.findall(r"^RUN pip install (.+)$", DOCKERFILE, re.MULTILINE)
    assert all("--no-deps" in line for line in installs)
    assert "--require-hashes" in installs[0]
    lock = (ROOT / "requirements" / "run.lock").read_text(encoding="utf-8")
    requirements = [line for line in lock.replace("\\\n", "").splitlines() if "==" in line]
    assert requirements
    assert all("--hash=sha256:" in requirement for requirement in requirements)
