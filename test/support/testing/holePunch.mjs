import { Agent } from "./agent.mjs";

/**
 * Tries on a lab host whether two hosts behind routers that translate come to hear each other: `holePunch.mjs PORT ONE OTHER
 * SERVER=ADDRESS`. The server tells each by which address it sees the other, and both send there. Prints as JSON who has
 * heard the other one.
 */
const ROUNDS = 3;

const [given = "", one = "", other = "", at = ""] = process.argv.slice(2);
const port = Number(given);
const [serverHost = "", serverAddress] = at.split("=");
const agents = [one, other, serverHost].map((host) => new Agent(host));
const [first, second, server] = agents;
await Promise.all([first.binds(port), second.binds(port), server.binds(7000)]);

/** What the server sees of a host; all that this one has sent before has gone then. */
async function seen(agent, text) {
  agent.say({ port, text, to: serverAddress, toPort: 7000 });
  return server.hears((heard) => heard.text === text);
}

const [mine, its] = [await seen(first, "one"), await seen(second, "other")];
for (let round = 0; round < ROUNDS; round++) {
  first.say({ port, text: "hi", to: its.address, toPort: its.port });
  await seen(first, `one ${round}`);
  second.say({ port, text: "hi", to: mine.address, toPort: mine.port });
  await seen(second, `other ${round}`);
  // Who was heard is answered to where that came from.
  for (const agent of [first, second]) {
    const from = agent.heard.find(({ text }) => text === "hi");
    if (from) agent.say({ port, text: "hi", to: from.address, toPort: from.port });
  }
}
// What the server sends has come after all that was sent before.
server.say({ port: 7000, text: "end", to: mine.address, toPort: mine.port });
server.say({ port: 7000, text: "end", to: its.address, toPort: its.port });
await Promise.all([first, second].map((agent) => agent.hears(({ text }) => text === "end")));
console.log(JSON.stringify([first, second].map(({ heard }) => heard.some(({ text }) => text === "hi"))));
await Promise.all(agents.map((agent) => agent.end()));
