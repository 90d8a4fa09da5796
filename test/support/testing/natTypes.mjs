import { Agent } from "./agent.mjs";

/**
 * Finds out on a lab host what the routers of some clients do with UDP, as RFC 4787 defines it: `natTypes.mjs PORT
 * SERVER1=ADDRESS SERVER2=ADDRESS CLIENT…`. Each client sends by that port and the next one. Prints as JSON, for each of
 * them, by which addresses and ports two servers see one socket of it, and which of those that it has not sent to get
 * through to it: another port of the same server, and another server.
 */

const [given = "", ...words] = process.argv.slice(2);
const [port, other] = [Number(given), Number(given) + 1];
const [one, two] = words.slice(0, 2).map((server) => server.split("="));
const clients = words.slice(2);
const agents = [one[0], two[0], ...clients].map((host) => new Agent(host));
const [first, second, ...insides] = agents;
await Promise.all([first.binds(7000, 7001), second.binds(7000), ...insides.map((inside) => inside.binds(port, other))]);

async function typeOf(client, inside) {
  const to = { to: one[1], toPort: 7000 };
  // Only the first server is sent to, then others try to get in by what it has seen.
  inside.say({ port, text: `hello ${client}`, ...to });
  const seen = await first.hears(({ text }) => text === `hello ${client}`);
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
  const mapping = `mapping ${client}`;
  inside.say({ port: other, text: mapping, ...to });
  inside.say({ port: other, text: mapping, to: two[1], toPort: 7000 });
  const mapped = await Promise.all([first, second].map((agent) => agent.hears(({ text }) => text === mapping)));
  const got = new Set(inside.heard.flatMap(({ text }) => (text?.startsWith("other") ? [text] : [])));
  return { seen: mapped.map(({ address, port }) => ({ address, port })), got: [...got].sort() };
}

const found = await Promise.all(clients.map(async (client, index) => [client, await typeOf(client, insides[index])]));
console.log(JSON.stringify(Object.fromEntries(found)));
await Promise.all(agents.map((agent) => agent.end()));
