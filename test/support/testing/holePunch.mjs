import { Agent } from "./agent.mjs";

/**
 * Tries on a lab host whether hosts behind routers that translate come to hear each other: `holePunch.mjs PORT
 * SERVER=ADDRESS ONE,OTHER…`, each pair by ports of its own. The server tells each by which address it sees the other, and
 * both send there. Prints as JSON who of each pair has heard the other one.
 */
const ROUNDS = 3;

const [given = "", at = "", ...words] = process.argv.slice(2);
const pairs = words.map((pair) => pair.split(","));
const [serverHost, serverAddress] = at.split("=");
const server = new Agent(serverHost);
const agents = new Map([...new Set(pairs.flat())].map((host) => [host, new Agent(host)]));
await server.binds(7000);

async function meet([one, other], port) {
  const [first, second] = [agents.get(one), agents.get(other)];
  await Promise.all([first.binds(port), second.binds(port)]);
  /** What the server sees of a host; all that this one has sent before has gone then. */
  const seen = async (agent, word) => {
    const text = `${port} ${word}`;
    agent.say({ port, text, to: serverAddress, toPort: 7000 });
    return server.hears((heard) => heard.text === text);
  };
  const hi = `hi ${port}`;
  const isHi = ({ text }) => text === hi;
  const [mine, its] = [await seen(first, "one"), await seen(second, "other")];
  for (let round = 0; round < ROUNDS; round++) {
    first.say({ port, text: hi, to: its.address, toPort: its.port });
    await seen(first, `one ${round}`);
    second.say({ port, text: hi, to: mine.address, toPort: mine.port });
    await seen(second, `other ${round}`);
    // Who was heard is answered to where that came from.
    for (const agent of [first, second]) {
      const from = agent.heard.find(isHi);
      if (from) agent.say({ port, text: hi, to: from.address, toPort: from.port });
    }
  }
  // What the server sends has come after all that was sent before.
  const end = `end ${port}`;
  server.say({ port: 7000, text: end, to: mine.address, toPort: mine.port });
  server.say({ port: 7000, text: end, to: its.address, toPort: its.port });
  await Promise.all([first, second].map((agent) => agent.hears(({ text }) => text === end)));
  return [first, second].map(({ heard }) => heard.some(isHi));
}

const met = await Promise.all(pairs.map((pair, index) => meet(pair, Number(given) + index)));
console.log(JSON.stringify(Object.fromEntries(pairs.map((pair, index) => [pair.join(), met[index]]))));
await Promise.all([server, ...agents.values()].map((agent) => agent.end()));
