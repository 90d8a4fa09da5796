import { Agent } from "./agent.mjs";

/**
 * Finds out on a lab host what a router does with UDP, as RFC 4787 defines it: `natTypes.mjs PORT CLIENT
 * SERVER1=ADDRESS SERVER2=ADDRESS`. The client sends by that port and the next one. Prints as JSON by which addresses and
 * ports two servers see one socket of the client, and which of those that the client has not sent to get through to it:
 * another port of the same server, and another server.
 */

const [given = "", client = "", ...servers] = process.argv.slice(2);
const [port, other] = [Number(given), Number(given) + 1];
const [one, two] = servers.map((server) => server.split("="));
const agents = [client, one[0], two[0]].map((host) => new Agent(host));
const [inside, first, second] = agents;
await Promise.all([inside.binds(port, other), first.binds(7000, 7001), second.binds(7000)]);

// Only the first server is sent to, then others try to get in by what it has seen.
inside.say({ port, text: "hello", to: one[1], toPort: 7000 });
const seen = await first.hears(({ text }) => text === "hello");
const back = (agent, from, text) => agent.say({ port: from, text, to: seen.address, toPort: seen.port });
back(first, 7001, "other port");
back(second, 7000, "other server");
back(first, 7000, "same");
await inside.hears(({ text }) => text === "same");
// What was sent before has come by now, or does not come: once more behind it, for another host may be slower.
back(second, 7000, "other server");
back(first, 7000, "end");
await inside.hears(({ text }) => text === "end");

// By which address each server sees another port of the client, to which none of them has sent before.
inside.say({ port: other, text: "mapping", to: one[1], toPort: 7000 });
inside.say({ port: other, text: "mapping", to: two[1], toPort: 7000 });
const mapped = await Promise.all([first, second].map((agent) => agent.hears(({ text }) => text === "mapping")));
const got = new Set(inside.heard.flatMap(({ text }) => (text?.startsWith("other") ? [text] : [])));
console.log(JSON.stringify({ seen: mapped.map(({ address, port }) => ({ address, port })), got: [...got].sort() }));
await Promise.all(agents.map((agent) => agent.end()));
