import assert from "node:assert/strict";
import { z } from "zod";
import { containerName, ifName, netnsName } from "../../../provider/core/fields";
import { metaOf, unwrap } from "../../../provider/core/meta";
import { CONTAINER_NAME, DEVICE_NAME, NETNS_NAME } from "../../../provider/core/rules";
import { kinds } from "../../../provider/resources";

/** What descriptions of the properties of an object name that those around it have, and it has not. */
function strange(object: z.ZodObject, path: string, around: readonly string[] = []): string[] {
  const own = Object.keys(object.shape);
  return Object.entries(object.shape).flatMap(([key, field]) => {
    const words = [...(metaOf(field as z.ZodType).description ?? "").matchAll(/`(\w+)`/g)].map(([, word = ""]) => word);
    const here = words.filter((word) => around.includes(word) && !own.includes(word));
    const bare = unwrap(field as z.ZodType);
    const inner = bare instanceof z.ZodArray ? unwrap(bare.element as z.ZodType) : bare;
    const below = inner instanceof z.ZodObject ? strange(inner, `${path}.${key}`, [...around, ...own]) : [];
    return [...here.map((word) => `${path}.${key} names ${word}`), ...below];
  });
}

describe("the descriptions", () => {
  it("of what is in an object name no property that only the whole resource has", () => {
    assert.deepEqual(
      kinds.flatMap(({ type, inputs, outputs }) => [...strange(inputs, type), ...strange(outputs, type)]),
      [],
    );
  });

  const names = { device: [ifName(), DEVICE_NAME], namespace: [netnsName(), NETNS_NAME] } as const;
  for (const [what, [field, text]] of Object.entries(names)) {
    it(`of the name of a ${what} tell just what Check refuses in it`, () => {
      const isRefused = (name: string) => !field.safeParse(name).success;
      const told = [...text.matchAll(/`([^`]+)`/g)].map(([, word = ""]) => word);
      assert.deepEqual(
        told.filter((word) => !isRefused(word) && !isRefused(`a${word}b`)),
        [],
      );
      const letters = Array.from({ length: 0x250 }, (_, code) => String.fromCharCode(code));
      const isTold = (letter: string) =>
        told.includes(letter) || /\s/.test(letter) || letter < " " || letter === "\u007f" || letter === "";
      const untold = letters.filter((letter) => isRefused(`a${letter}b`) && !isTold(letter));
      // Those with the byte a0 are told by one of them.
      assert.deepEqual(
        untold.filter((letter) => !told.includes("à") || !Buffer.from(letter).includes(0xa0)),
        [],
      );
      const words = [".", "..", "all", "default", "-a"].filter(isRefused);
      assert.deepEqual(
        words.filter((word) => !told.includes(word === "-a" ? "-" : word)),
        [],
      );
      const most = Number(/at most (\d+) bytes/.exec(text)?.[1]);
      assert.deepEqual(
        [most, most + 1].map((length) => isRefused("x".repeat(length))),
        [false, true],
      );
    });
  }

  it("of the name of a container tell just what Check takes", () => {
    const told = [...CONTAINER_NAME.matchAll(/`([^`])`/g)].map(([, letter = ""]) => letter);
    const letters = Array.from({ length: 0x80 }, (_, code) => String.fromCharCode(code));
    const taken = letters.filter((letter) => containerName().safeParse(`a${letter}`).success);
    assert.deepEqual(taken.filter((letter) => !/[A-Za-z0-9]/.test(letter)).sort(), told.sort());
  });
});
