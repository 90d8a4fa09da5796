import * as netns from "pulumi-netns";

const server = new netns.Namespace("server");
const client = new netns.Namespace("client");
const cable = new netns.VethPair("cable", {
  a: { name: "eth0", namespace: server.name },
  b: { name: "eth0", namespace: client.name },
});
new netns.Address("server", { namespace: server.name, device: cable.a.name, address: "10.14.0.1/24" });
new netns.Address("client", { namespace: client.name, device: cable.b.name, address: "10.14.0.2/24" });

// It runs as long as it is in the stack. What is said here of files it alone sees.
const web = new netns.Process("web", {
  namespace: server.name,
  argv: ["python3", "-u", "-m", "http.server", "80", "--directory", "/srv"],
  files: { "/srv/index.html": "Hello from the lab.\n" },
  ready: { tcp: 80 },
});

// A connection from the client proves it, and does so anew when the server is started anew.
new netns.Reachability("http", {
  namespace: client.name,
  to: server.name,
  protocol: "tcp",
  port: 80,
  triggers: [web.pid.apply(String)],
});

const command = "ip netns exec client busybox wget -q -O - http://10.14.0.1/";

export const log = web.log;
export { command as try };
