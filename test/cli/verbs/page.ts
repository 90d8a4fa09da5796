import path from "node:path";
import { followPage } from "../../e2e/followPage";
import { root } from "../../support/engine/project";
import type { VerbTests } from "../../support/suites/cliLab";

/** A page of docs whose commands are typed in the folder of the lab. */
export const page =
  (name: string): VerbTests =>
  (lab) => {
    it("holds commands that show what it says", async () => {
      await followPage(lab().host, lab().stack.folder, path.join(root, name), lab().env);
    }).timeout(600_000);
  };
