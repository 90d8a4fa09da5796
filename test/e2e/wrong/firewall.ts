import { secret } from "../../support/engine/declared";
import type { WrongProgram } from "./program";

const ok = { name: "fw", rules: "chain in { accept; }" };
const NEEDED =
  "what is no part of a table: `chain`, `set`, `map`, `flowtable`, `counter`, `quota`, `limit`, `synproxy`, `secmark`, `ct` are";

export const wrongFirewalls: WrongProgram[] = [
  { title: "no rules", props: {}, faults: ["rules: is required"] },
  {
    title: "a logical name that no table has",
    name: "my:fw",
    props: { rules: "" },
    faults: [
      "name: must be letters, digits, `_`, `.` and `-`, with a letter or `_` first (it comes from the resource's logical name: set `name`)",
    ],
  },
  {
    title: "rules that stand in no chain",
    props: { ...ok, rules: "tcp dport 22 drop" },
    faults: [`rules: has in line 1 ${NEEDED}`],
  },
  {
    title: "rules that close the table and go on with another",
    props: { ...ok, rules: "chain a {\n}\n}\ntable ip nat {\nchain b {\n}" },
    faults: ["rules: has in line 3 a `}` that closes nothing"],
  },
  {
    title: "rules that nft cannot read",
    props: {
      ...ok,
      rules:
        "chain in {\n type filter hook input priority 0; policy acept;\n tcp dport 22 accept # a comment\n ip saddr 192.0.2.1 acept\n}",
    },
    faults: [
      "rules: has in line 2 a syntax error, unexpected string, expecting accept or drop or '$'; in line 4 a syntax error, unexpected newline",
    ],
  },
  {
    title: "a brace too few",
    props: { ...ok, rules: "chain a {" },
    faults: ["rules: has a `{` that is not closed"],
  },
  {
    title: "a file to read",
    props: { ...ok, rules: 'chain a {\ninclude "/etc/nftables.conf"\n}' },
    faults: ["rules: has in line 2 `include`, which reads a file"],
  },
  {
    title: "a comment in the mark's place",
    props: { ...ok, rules: 'comment "mine"' },
    faults: ["rules: has in line 1 a `comment` of the table, which is where the mark of its owner stands"],
  },
  {
    title: "secret rules with a fault",
    props: { ...ok, rules: secret("hunter2") },
    faults: [`rules: has in line 1 ${NEEDED}`],
    hidden: "hunter2",
  },
  {
    title: "a fault in every property [15]",
    props: { namespace: "a/b", name: "a b", family: "inet6", rules: 1, table: "x" },
    faults: [
      "namespace: must be a name under /run/netns or an absolute path such as /proc/4242/ns/net",
      "name: must be letters, digits, `_`, `.` and `-`, with a letter or `_` first",
      "family: must be ip, ip6, inet, arp, bridge or netdev",
      "rules: must be a string",
      "table: is not a property of this; there are `namespace`, `name`, `family`, `rules`",
    ],
  },
];
