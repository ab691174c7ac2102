/** What was alive by the calls that allocated it. */
export { commonCaller, findAllocationSites, type ProfileNode, topAllocationSites } from './allocation-sites.ts';
export { type Profiles, readProfiles } from './profiles.ts';
