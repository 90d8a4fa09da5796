import { outputOf } from "../../../support/engine/declared";
import { hasNft } from "../../../support/suites/kernelOptions";
import { ELSEWHERE, type Specimen } from "./specimen";

/** As nft writes it: so import finds what the program says. */
const RULES = "chain in {\n\ttype filter hook input priority filter; policy accept;\n\ttcp dport { 22, 80 } drop\n}";

export const firewall: Specimen = {
  type: "Firewall",
  built: hasNft,
  props: (at) => ({ namespace: at, name: "fw", rules: RULES }),
  full: { family: "inet" },
  id: (at) => `${at}/inet/fw`,
  shown: /"table inet fw \{/,
  gone: "nft delete table inet fw",
  foreign: "nft add table inet fw '{ comment \"mine\"; }' && nft add chain inet fw in",
  unmanaged: "nft add table inet other && nft add table ip fw && nft add chain ip fw in",
  edits: {
    rules: {
      value: RULES.replace("22, 80", "443"),
      touches: /^table inet fw$/,
      byHand: "nft flush chain inet fw in",
    },
  },
  replacements: {
    namespace: { value: () => outputOf(ELSEWHERE, "name") },
    name: { value: () => "fw-new" },
    family: { value: () => "ip" },
  },
  spellings: [
    [{ rules: RULES }, { rules: RULES.replace("priority filter", "priority 0").replace("22, 80", "http, ssh") }],
    [{ rules: RULES }, { rules: `# what comes in\n${RULES.replaceAll("\t", "    ")}\n` }],
    [{}, { family: "inet" }],
  ],
  badIds: ["net0", "net0/fw", "net0/inet/", "net0/inet6/fw", "net0/inet/a b"],
};
