import type { Band, Stage, Step } from '../domain/index.ts';

/**
 * What is suggested, by band and stage only, so that equal cases are offered the same (fair housing). Who was heard
 * looking elsewhere is offered service, never a concession: what others ask for must not move our price.
 */
export function stepFor(band: Band, stage: Stage, looksElsewhere: boolean): Step {
  if (band !== 'high') return band === 'medium' ? 'watch' : 'none';
  if (looksElsewhere) return 'service_check_in';
  return stage === '7+ months' || stage === '4-6 months' ? 'service_check_in' : 'renewal_call';
}
