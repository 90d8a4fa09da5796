"""Labs for tests: each in a sandbox of its own, made by Pulumi's Automation API."""

import os
import subprocess
from contextlib import contextmanager
from uuid import uuid4

from pulumi import automation


class Lab:
    """A lab that is there until the tests that have it are over."""

    def __init__(self, sandbox, stack):
        self._sandbox = sandbox
        self._stack = stack
        self.outputs = {}

    def up(self):
        """Has it as the program says: makes what is missing, puts back what is broken. Gives how many of each change."""
        result = self._stack.up()
        self.outputs = {name: output.value for name, output in result.outputs.items()}
        return result.summary.resource_changes

    def exec(self, host, *argv, check=True, timeout=30):
        """Runs a command on a host to its end, and gives what subprocess.run() gives."""
        return subprocess.run(self._at(host, argv), check=check, timeout=timeout, text=True, capture_output=True)

    def start(self, host, *argv):
        """Starts a command on a host, such as a server, and gives its subprocess.Popen. It ends with the lab."""
        return subprocess.Popen(self._at(host, argv), text=True, stdout=subprocess.PIPE)

    def ping(self, host, address):
        """Whether an address answers a host."""
        return self.exec(host, "ping", "-c1", "-W2", address, check=False).returncode == 0

    def _at(self, host, argv):
        return ["netns", "sandbox", "--here", "enter", self._sandbox, "--", "ip", "netns", "exec", host, *argv]


@contextmanager
def lab(program, folder):
    """A lab of a Pulumi program, which is a function. The folder, an empty one, holds its state."""
    sandbox = f"pytest-{os.getpid()}-{uuid4().hex[:8]}"
    backend = automation.ProjectBackend(f"file://{folder}")
    settings = automation.ProjectSettings(name="lab", runtime="python", backend=backend)
    # The state is gone with the tests, so the passphrase is no secret.
    env = {"NETNS_SANDBOX": sandbox, "PULUMI_CONFIG_PASSPHRASE": "test", "PULUMI_SKIP_UPDATE_CHECK": "true"}
    workspace = automation.LocalWorkspaceOptions(work_dir=folder, project_settings=settings, env_vars=env)
    stack = automation.create_stack("test", project_name="lab", program=program, opts=workspace)
    made = Lab(sandbox, stack)
    try:
        made.up()
        yield made
    finally:
        # All that is in the sandbox ends with it: that is quicker than `stack.destroy()`.
        subprocess.run(["netns", "sandbox", "--here", "remove", sandbox], timeout=60, capture_output=True)
