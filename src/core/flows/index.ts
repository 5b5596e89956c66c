import { type ChurnServices, churn, churnV1, churnV2 } from './churn.ts';
import { type DeployServices, deploy } from './deploy.ts';
import { type RetentionServices, retention } from './retention.ts';

/** What the nodes of all workflows may use. */
export type Services = ChurnServices & RetentionServices & DeployServices;

/** Every workflow, one entry a version. An old version stays for as long as runs of it may wait. */
export const workflows = [churnV1, churnV2, churn, retention, deploy];
