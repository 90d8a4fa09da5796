"""A client and a server with a router between them."""

import sys

import pulumi
import pulumi_netns as netns
import pytest

SERVER = """
import socket
listening = socket.create_server(("", 80))
print("ready", flush=True)
listening.accept()[0].sendall(b"hello")
"""
CLIENT = """
import socket, sys
print(socket.create_connection((sys.argv[1], 80), timeout=5).recv(100).decode())
"""


def program():
    few = netns.lab(
        hosts={"r": {"forwarding": True}},
        links=[{"between": ["client", "r"]}, {"between": ["r", "server"]}],
    )
    netns.Topology("lab", **few.topology)
    pulumi.export("server", few.hosts["server"].ipv4)


@pytest.fixture(scope="module")
def lab(make_lab):
    return make_lab(program)


def test_the_client_is_served_through_the_router(lab):
    with lab.start("server", sys.executable, "-c", SERVER) as server:
        assert server.stdout.readline() == "ready\n"
        answer = lab.exec("client", sys.executable, "-c", CLIENT, lab.outputs["server"])
    assert answer.stdout == "hello\n"


def test_a_router_that_does_not_forward_stops_all(lab):
    assert lab.ping("client", lab.outputs["server"])
    lab.exec("r", "sysctl", "-qw", "net.ipv4.ip_forward=0")
    assert not lab.ping("client", lab.outputs["server"])


def test_the_next_up_has_it_forward_again(lab):
    assert lab.up() == {"update": 1, "same": 1}
    assert lab.ping("client", lab.outputs["server"])
