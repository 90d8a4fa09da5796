const URN = "urn:pulumi:lab::labs::";
const PROVIDER = { urn: `${URN}pulumi:providers:netns::default`, type: "pulumi:providers:netns", id: "1" };

const CABLE = {
  a: { name: "eth0", namespace: "h1", mac: "02:00:00:00:00:01", up: true },
  b: { name: "eth0", namespace: "h2", mac: "02:00:00:00:00:02", up: true },
};

/** Two hosts and a cable, as a stack with a provider of this configuration has them. */
export const cableOf = (inputs: Record<string, string>) => ({
  deployment: {
    resources: [
      { ...PROVIDER, inputs },
      resource("Namespace", "one", "h1", { name: "h1" }),
      resource("Namespace", "two", "h2", { name: "h2" }),
      resource("VethPair", "cable", "h1/eth0", CABLE),
      ...[1, 2].map((number) => {
        const inputs = { namespace: `h${number}`, device: "eth0", address: `10.0.0.${number}/24` };
        return resource("Address", `address${number}`, `h${number}/eth0/10.0.0.${number}/24`, inputs);
      }),
    ],
  },
});

/** What makes them. */
export const MADE = `
  ip netns add h1; ip netns add h2
  ip link add eth0 address 02:00:00:00:00:01 netns h1 type veth peer name eth0 address 02:00:00:00:00:02 netns h2
  for n in 1 2; do ip -n h$n addr add 10.0.0.$n/24 dev eth0; ip -n h$n link set eth0 up; done`;

function resource(kind: string, name: string, id: string, inputs: Record<string, unknown>) {
  const type = `netns:index:${kind}`;
  const provider = `${PROVIDER.urn}::${PROVIDER.id}`;
  return { ...{ urn: `${URN}${type}::${name}`, type, id, provider }, inputs, outputs: inputs };
}
