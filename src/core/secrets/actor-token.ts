import type { JWK } from 'jose';
import type { Actor, Clock } from '../context/index.ts';
import { type ActorId, type Instant, instant, isId, mintId, PUBLIC_KEY } from '../domain/index.ts';
import { UserError } from '../errors/index.ts';
import { Secret } from './secret.ts';

const ALGORITHM = 'EdDSA';
const ISSUER = 'sophia';
/** Of a token, so that no other kind of JSON Web Token is taken for one. */
const TYPE = 'sophia-actor+jwt';

/** A pair of keys: who has the private one says who is who; the public one stands in `sophia.yaml`. */
export interface ActorKey {
  readonly secret: Secret;
  /** `ed25519:` and the key in base64url. */
  readonly publicKey: string;
}

export async function makeActorKey(): Promise<ActorKey> {
  const { exportJWK, generateKeyPair } = await import('jose');
  const { privateKey } = await generateKeyPair(ALGORITHM, { crv: 'Ed25519', extractable: true });
  const jwk = await exportJWK(privateKey);
  return { secret: new Secret(JSON.stringify(jwk)), publicKey: publicOf(jwk) };
}

/** The public half of a private key. UserError `config` when `secret` is none. */
export function publicKeyOf(secret: Secret): string {
  return publicOf(jwkOf(secret));
}

export interface Claims {
  /** As it stands in approvals and audit lines: `token:ada`. */
  readonly actor: ActorId;
  readonly roles: readonly string[];
  readonly expires: Instant;
}

/** A JSON Web Token (RFC 7519) that says who acts and in which roles, signed with Ed25519 (RFC 8037). */
export async function signActorToken(
  { clock, random }: { readonly clock: Clock; readonly random: () => number },
  key: Secret,
  { actor, roles, expires }: Claims,
): Promise<Secret> {
  const { importJWK, SignJWT } = await import('jose');
  const token = new SignJWT({ roles: [...roles] })
    .setProtectedHeader({ alg: ALGORITHM, typ: TYPE })
    .setIssuer(ISSUER)
    .setSubject(actor)
    .setJti(mintId('token', random))
    .setIssuedAt(new Date(clock.now()))
    .setExpirationTime(new Date(expires));
  return new Secret(await token.sign(await importJWK(jwkOf(key), ALGORITHM)));
}

/** Who the token says acts. UserError `refused`, with the reason, when no key of `issuers` signed it, or it has expired. */
export async function verifyActorToken(
  clock: Clock,
  token: Secret,
  issuers: readonly string[],
): Promise<{ readonly actor: Actor; readonly expires: Instant }> {
  const { importJWK, jwtVerify, errors } = await import('jose');
  if (issuers.length === 0)
    throw new UserError('refused', 'no key signs for this workspace', [
      'sophia actor key   makes one, and says what to write into sophia.yaml',
    ]);
  for (const issuer of issuers) {
    const [, x = ''] = PUBLIC_KEY.exec(issuer) ?? [];
    const key = await importJWK({ kty: 'OKP', crv: 'Ed25519', x }, ALGORITHM);
    try {
      const { payload } = await jwtVerify(token.reveal(), key, {
        ...{ algorithms: [ALGORITHM], issuer: ISSUER, typ: TYPE, currentDate: new Date(clock.now()) },
        requiredClaims: ['sub', 'exp', 'roles'],
      });
      const { sub = '', exp = 0, roles } = payload;
      if (!isId<'actor'>(sub) || !Array.isArray(roles)) throw new errors.JWTInvalid('claims');
      const expires = instant(exp * 1000);
      return { actor: { id: sub, assurance: 'token', roles: roles.map(String), until: expires }, expires };
    } catch (thrown) {
      if (thrown instanceof errors.JWSSignatureVerificationFailed) continue;
      if (!(thrown instanceof errors.JOSEError)) throw thrown;
      const why = thrown instanceof errors.JWTExpired ? 'has expired' : 'is no token of sophia';
      throw new UserError('refused', `the actor token ${why}`, ['ask whoever holds the key: sophia actor token']);
    }
  }
  throw new UserError('refused', 'no key of this workspace signed the actor token', [
    'ask whoever holds the key: sophia actor token',
  ]);
}

function jwkOf(secret: Secret): JWK {
  try {
    const jwk = JSON.parse(secret.reveal()) as JWK;
    if (jwk.kty === 'OKP' && jwk.crv === 'Ed25519' && typeof jwk.d === 'string' && typeof jwk.x === 'string')
      return jwk;
  } catch {
    // Told below, without what it says.
  }
  throw new UserError('config', 'the actor key is no private key of sophia', ['sophia actor key   makes one']);
}

function publicOf({ x = '' }: JWK): string {
  return `ed25519:${x}`;
}
