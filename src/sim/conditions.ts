import type { CarrierProfile } from './delivery-model.ts';

/** All that scenarios may change, as the rest of the simulation asks for it. */
export interface Conditions {
  readonly siteDown: boolean;
  readonly siteRateLimited: boolean;
  /** False: a password alone signs in. */
  readonly siteAsksSecondFactor: boolean;
  /** For whom the site really sends its codes; it answers the same to everyone. */
  readonly siteSendsTo: 'everyone' | 'first_account' | 'nobody';
  readonly siteTextChanged: boolean;
  readonly apiRateLimited: boolean;
  /** Neither pushed nor listed: messages wait unseen. */
  readonly receiverDown: boolean;
  readonly deadCarriers: readonly string[];
  /** Names or numbers. */
  readonly deadPhones: readonly string[];
  readonly slowFactor: number;
  /** Lowest shares that hold on every carrier. */
  readonly lossShare: number;
  readonly duplicateShare: number;
  readonly holdShare: number;
}

export const HEALTHY: Conditions = {
  siteDown: false,
  siteRateLimited: false,
  siteAsksSecondFactor: true,
  siteSendsTo: 'everyone',
  siteTextChanged: false,
  apiRateLimited: false,
  receiverDown: false,
  deadCarriers: [],
  deadPhones: [],
  slowFactor: 1,
  lossShare: 0,
  duplicateShare: 0,
  holdShare: 0,
};

/** The carrier as it is under these conditions. */
export function profileUnder(conditions: Conditions, profile: CarrierProfile): CarrierProfile {
  return {
    ...profile,
    mu: profile.mu + Math.log(conditions.slowFactor),
    lossShare: Math.max(profile.lossShare, conditions.lossShare),
    duplicateShare: Math.max(profile.duplicateShare, conditions.duplicateShare),
    holdShare: Math.max(profile.holdShare, conditions.holdShare),
  };
}
