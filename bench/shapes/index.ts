import { fabric } from "./fabric";
import { firewalls } from "./firewalls";
import { lab } from "./lab";
import { queues } from "./queues";
import { router } from "./router";
import { settings } from "./settings";
import type { Shape } from "./shape";
import { star } from "./star";

export const shapes: readonly Shape[] = [star, lab, router, settings, fabric, queues, firewalls];
