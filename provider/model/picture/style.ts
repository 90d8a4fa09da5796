/** Written out for light and for dark, not by custom properties: not every viewer of SVG knows those. */
interface Palette {
  page: string;
  card: string;
  line: string;
  ink: string;
  soft: string;
  cable: string;
  tunnel: string;
  bridge: string;
  bridgeLine: string;
  tag: string;
  tagInk: string;
  added: string;
  changed: string;
  removed: string;
}

const light: Palette = {
  page: "#f6f8fa",
  card: "#ffffff",
  line: "#c9d1d9",
  ink: "#1f2328",
  soft: "#59636e",
  cable: "#3b6fb6",
  tunnel: "#8250df",
  bridge: "#eef4fc",
  bridgeLine: "#b6cdec",
  tag: "#e7ecf1",
  tagInk: "#424a53",
  added: "#1a7f37",
  changed: "#9a6700",
  removed: "#cf222e",
};

const dark: Palette = {
  page: "#0d1117",
  card: "#161b22",
  line: "#3d444d",
  ink: "#e6edf3",
  soft: "#9198a1",
  cable: "#6ea8fe",
  tunnel: "#b58cf5",
  bridge: "#14233a",
  bridgeLine: "#2d4a74",
  tag: "#2a313c",
  tagInk: "#c9d1d9",
  added: "#3fb950",
  changed: "#d29922",
  removed: "#f85149",
};

const shapes = `
text{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono","Liberation Mono",monospace;font-size:12px}
.title,.tag text{font-family:system-ui,-apple-system,"Segoe UI",Helvetica,Arial,"DejaVu Sans",sans-serif}
.title{font-size:14px;font-weight:600}
.name{font-weight:600}
.sort,.detail,.note,.label,.tag text,.legend{font-size:11px}
.tag text{font-size:10.5px}
.card{stroke-width:1.2}
.cable path{fill:none;stroke-width:2}
.tunnel path{stroke-dasharray:6 4}
.patch path{stroke-dasharray:2 3}
.cable.down path{stroke-dasharray:1 5;stroke-linecap:round}
.cable.removed path{stroke-dasharray:4 5}
.host.removed .title,.device.removed .name,.detail.removed,.note.removed{text-decoration:line-through}
.host.added>.card,.host.removed>.card,.host.changed>.card{stroke-width:1.8}
.host.removed>.card{stroke-dasharray:5 4}
`;

function colors(p: Palette): string {
  const change = (["added", "changed", "removed"] as const).map(
    (name) =>
      `.host.${name}>.card,.bridge.${name},.cable.${name} path{stroke:${p[name]}}` +
      `.host.${name}>.title,.device.${name} .name,.detail.${name},.note.${name},.legend.${name},.tag.${name} text,.cable.${name} .label{fill:${p[name]}}` +
      `.device.${name} .port{stroke:${p[name]}}`,
  );
  return [
    `.page{fill:${p.page}}`,
    `.card{fill:${p.card};stroke:${p.line}}`,
    `text{fill:${p.ink}}`,
    `.detail,.note,.sort{fill:${p.soft}}`,
    `.rule{stroke:${p.line}}`,
    `.bridge{fill:${p.bridge};stroke:${p.bridgeLine}}`,
    `.port{fill:${p.card};stroke:${p.cable};stroke-width:1.6}`,
    `.cable path{stroke:${p.cable}}`,
    `.cable .label{fill:${p.cable}}`,
    `.tunnel path{stroke:${p.tunnel}}`,
    `.tunnel .label{fill:${p.tunnel}}`,
    `.tag rect{fill:${p.tag}}`,
    `.tag text{fill:${p.tagInk}}`,
    `.cable.down path,.device.down .port{stroke:${p.soft}}`,
    `.device.down .name{fill:${p.soft}}`,
    ...change,
  ].join("");
}

export const style = `${shapes}${colors(light)}\n@media (prefers-color-scheme: dark){${colors(dark)}}`.trim();
