"""Two namespaces and a link, from a language for which there is no library: a resource is its token and its inputs."""

import pulumi


class Netns(pulumi.CustomResource):
    def __init__(self, kind: str, name: str, inputs: dict, outputs: list[str]):
        super().__init__(
            f"netns:index:{kind}",
            name,
            {**dict.fromkeys(outputs), **inputs},
            pulumi.ResourceOptions(version="0.1.0"),
        )


net0 = Netns("Namespace", "net0", {}, ["name"])
net1 = Netns("Namespace", "net1", {}, ["name"])
ends = {
    "a": {"name": "veth0", "namespace": net0.name},
    "b": {"name": "veth1", "namespace": net1.name},
}
link = Netns("VethPair", "link", ends, [])
address = {"namespace": net0.name, "device": link.a["name"], "address": "10.0.1.1/24"}
left = Netns("Address", "left", address, ["network"])

pulumi.export("network", left.network)
