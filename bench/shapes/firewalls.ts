import { numbers, type Shape } from "./shape";

const TABLE = "filter";

export const firewalls: Shape = {
  id: "firewalls",
  about: "N namespaces with a firewall and nothing else: `lo` is down as well.",
  ns: [1000],
  inputs: (n, isEdited) => ({
    namespaces: numbers(n).map((number) => ({ name: `h${number}`, loopbackUp: false })),
    firewalls: numbers(n).map((number) => ({
      namespace: `h${number}`,
      name: TABLE,
      rules: rules(isEdited && number === 1 ? "{ 22, 8080 }" : "{ 22, 80, 443 }"),
    })),
  }),
  hand: (n) => `nsenter --net=/run/netns/h${n} nft delete table inet ${TABLE}`,
};

function rules(ports: string): string {
  return `
    chain input {
      type filter hook input priority filter; policy drop;
      ct state established,related accept
      tcp dport ${ports} accept
    }
`;
}
