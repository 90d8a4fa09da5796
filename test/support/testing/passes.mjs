import { Agent } from "./agent.mjs";

/**
 * Tries on a lab host what firewalls between some hosts and one outside let through: `passes.mjs PORT OUTSIDE=ADDRESS,ADDRESS
 * INSIDE=ADDRESS,ADDRESS…`, an address of each family. The datagrams have that port and the next ones. Prints as JSON, for each of those inside,
 * what was answered, such as `out tcp 80 ipv4`. What tells that all else has had its time is UDP to port 53, which each
 * firewall lets out.
 */
const TCP = [22, 80, 443];
const UDP = [53, 443, 7000];

const [given, ...ends] = process.argv.slice(2);
const hosts = ends
  .map((host) => host.split("="))
  .map(([name, addresses]) => ({ name, addresses: addresses.split(",") }));
for (const host of hosts) host.agent = new Agent(host.name);
const [outside, ...insides] = hosts;
await Promise.all(hosts.flatMap(({ agent }) => [agent.listens(...TCP), agent.binds(...UDP)]));

const familyOf = (address) => (address.includes(":") ? "ipv6" : "ipv4");
let own = Number(given);

/** Sends one of each to each address of a host; `about` is the one of the two that is inside. */
async function tries({ agent }, { addresses }, about, way) {
  for (const to of addresses) {
    const word = (protocol, port) => `${about.name} ${way} ${protocol} ${port} ${familyOf(to)}`;
    for (const toPort of TCP) agent.connects({ to, toPort, text: word("tcp", toPort) });
    for (const toPort of UDP) agent.say({ port: own++, to, toPort, text: `echo ${word("udp", toPort)}` });
    await Promise.all(UDP.map((port) => agent.hears(({ sent }) => sent === `echo ${word("udp", port)}`)));
  }
}

/** What was sent before has come by now, and its answer as well, or does not come. */
async function comesBack({ name, agent }, count) {
  for (const to of outside.addresses) {
    const text = `${count} ${name} ${to}`;
    agent.say({ port: own++, to, toPort: 53, text: `echo ${text}` });
    await agent.hears((one) => one.text === `answer ${text}`);
  }
}

const found = await Promise.all(
  insides.map(async (inside) => {
    await tries(outside, inside, inside, "in");
    await tries(inside, outside, inside, "out");
    for (const count of [1, 2, 3]) await comesBack(inside, count);
    const begin = `answer ${inside.name} `;
    const all = [outside, inside].flatMap(({ agent }) => agent.heard.map(({ text = "" }) => text));
    const answered = all.filter((text) => /^\S+ (?:in|out) /.test(text.slice(7)) && text.startsWith(begin));
    return [inside.name, answered.map((text) => text.slice(begin.length)).sort()];
  }),
);
console.log(JSON.stringify(Object.fromEntries(found)));
await Promise.all(hosts.map(({ agent }) => agent.end()));
