type Child = Node | string;

/** An element with its properties and what is in it. Text stays text, whatever a lab has for names. */
export function element<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  properties: Partial<HTMLElementTagNameMap[Name]> = {},
  ...children: Child[]
): HTMLElementTagNameMap[Name] {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

export function byId<Type extends HTMLElement>(id: string): Type {
  return document.getElementById(id) as Type;
}

/** A table of texts. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): HTMLTableElement {
  const made = element("table");
  const top = element("tr", {}, ...head.map((text) => element("th", {}, text)));
  const body = element(
    "tbody",
    {},
    ...rows.map((row) => element("tr", {}, ...row.map((cell) => element("td", {}, cell)))),
  );
  made.append(element("thead", {}, top), body);
  return made;
}
