import path from "node:path";
import { graphOf } from "../../../../provider/model/graph";
import { pictures } from "../../../../provider/model/picture/picture";
import { resourcesOf } from "../../../../provider/model/resources";
import { exampleFolder } from "../../../support/engine/project";
import { stackOf } from "../../../support/model/exampleStack";
import { isPictureOf } from "../../../support/suites/examplePicture";

/** Those of which test/kernel has the lab in the second kernel; of all others test/e2e looks at the picture of the lab that is up. */
describe("the picture of an example", () => {
  for (const example of ["vlan-bridge"]) {
    it(`shows the lab of the program: examples/${example}`, async () => {
      const resources = resourcesOf(await stackOf(path.join(exampleFolder(example), "index.ts")));
      await isPictureOf(exampleFolder(example), await pictures.svg(graphOf(resources)));
    });
  }
});
