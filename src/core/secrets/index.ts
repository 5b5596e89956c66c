/** Secrets of the user, from variables and private files, and the tokens that prove who acts. Nothing here is ever shown. */
export { actingIn, whoActs } from './acting.ts';
export { type Claims, makeActorKey, publicKeyOf, signActorToken, verifyActorToken } from './actor-token.ts';
export { findSecret, keepSecret, ownFile, type SecretName } from './find.ts';
export { Secret } from './secret.ts';
