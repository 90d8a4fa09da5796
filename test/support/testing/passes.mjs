import { Agent } from "./agent.mjs";

/**
 * Tries on a lab host what a firewall between two hosts lets through: `passes.mjs PORT INSIDE=ADDRESS,ADDRESS
 * OUTSIDE=ADDRESS,ADDRESS`, an address of each family. The
 * datagrams have that port and the next ones. Prints as JSON what was answered, such as `out tcp 80 ipv4`. What
 * tells that all else has had its time is UDP to port 53, which each firewall lets out.
 */
const TCP = [22, 80, 443];
const UDP = [53, 443, 7000];

const [given, ...ends] = process.argv.slice(2);
const hosts = ends.map((host) => host.split("="));
const agents = hosts.map(([name]) => new Agent(name));
const [inside, outside] = agents;
const [addressesIn = [], addressesOut = []] = hosts.map(([, addresses]) => addresses.split(","));
await Promise.all(agents.flatMap((agent) => [agent.listens(...TCP), agent.binds(...UDP)]));

const familyOf = (address) => (address.includes(":") ? "ipv6" : "ipv4");
let own = Number(given);

/** Sends one of each to an address. */
async function tries(agent, to, way) {
  for (const toPort of TCP) agent.connects({ to, toPort, text: `${way} tcp ${toPort} ${familyOf(to)}` });
  const texts = UDP.map((toPort) => [toPort, `echo ${way} udp ${toPort} ${familyOf(to)}`]);
  for (const [toPort, text] of texts) agent.say({ port: own++, to, toPort, text });
  await Promise.all(texts.map(([, text]) => agent.hears(({ sent }) => sent === text)));
}

/** What was sent before has come by now, and its answer as well, or does not come. */
async function comesBack(count) {
  for (const to of addressesOut) {
    const text = `${count} ${to}`;
    inside.say({ port: own++, to, toPort: 53, text: `echo ${text}` });
    await inside.hears((one) => one.text === `answer ${text}`);
  }
}

for (const to of addressesIn) await tries(outside, to, "in");
for (const to of addressesOut) await tries(inside, to, "out");
for (const count of [1, 2, 3]) await comesBack(count);
const answered = agents.flatMap(({ heard }) =>
  heard.flatMap(({ text }) => /^answer ((?:in|out) .*)/.exec(text)?.[1] ?? []),
);
console.log(JSON.stringify(answered.sort()));
await Promise.all(agents.map((agent) => agent.end()));
