import type { FactSource } from "../../contract/module.js";
import { distributionFacts } from "./distribution.js";
import { envFacts } from "./env.js";
import { hostNameFacts } from "./host-name.js";
import { kernelFacts } from "./kernel.js";
import { laneUserFacts } from "./lane-user.js";
import { managerFacts } from "./managers.js";
import { memoryFacts } from "./memory.js";
import { mountFacts } from "./mounts.js";
import { networkFacts } from "./network.js";
import { packageFacts } from "./packages.js";
import { processorFacts } from "./processor.js";
import { serviceFacts } from "./services.js";
import { timeFacts, uptimeFacts } from "./time.js";
import { virtualizationFacts } from "./virtualization.js";

/** Everything that playbooks can know as `facts.NAME`; each source is read when one of its names is first used. */
export const factSources: readonly FactSource[] = [
  kernelFacts,
  hostNameFacts,
  distributionFacts,
  managerFacts,
  laneUserFacts,
  envFacts,
  virtualizationFacts,
  processorFacts,
  memoryFacts,
  networkFacts,
  mountFacts,
  timeFacts,
  uptimeFacts,
  packageFacts,
  serviceFacts,
];
