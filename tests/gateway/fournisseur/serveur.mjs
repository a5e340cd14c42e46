// A real OpenID Connect provider (panva's oidc-provider) that speaks as ProConnect does: `node serveur.mjs PORT RETOUR…`.
// Whoever signs in names himself: « sub~mail~oui » is that sub, that mail, verified; « ~mal dit », said by a text.
import { generateKeyPairSync } from 'node:crypto';
import Provider from 'oidc-provider';

const [port, retour, sortie] = process.argv.slice(2);
const emetteur = `http://127.0.0.1:${port}`;

function cle(genre, alg) {
  const { privateKey } = genre === 'ec'
    ? generateKeyPairSync('ec', { namedCurve: 'P-256' })
    : generateKeyPairSync('rsa', { modulusLength: 2048 });
  return { ...privateKey.export({ format: 'jwk' }), alg, use: 'sig', kid: alg };
}

function client(nom, reglages) {
  return {
    client_id: nom,
    client_secret: `${nom}-un-secret-partage-de-plus-de-32-octets`,
    token_endpoint_auth_method: 'client_secret_post',
    redirect_uris: [retour],
    post_logout_redirect_uris: [sortie],
    id_token_signed_response_alg: 'ES256',
    userinfo_signed_response_alg: 'ES256',
    ...reglages,
  };
}

const algorithmes = ['ES256', 'RS256', 'PS256', 'HS256'];
const provider = new Provider(emetteur, {
  clients: [
    client('ceres', {}),
    client('ceres-rsa', { id_token_signed_response_alg: 'RS256', userinfo_signed_response_alg: 'RS256' }),
    client('ceres-infos-en-clair', { userinfo_signed_response_alg: undefined }),
    client('ceres-infos-hs', { userinfo_signed_response_alg: 'HS256' }),
    client('ceres-jeton-hs', { id_token_signed_response_alg: 'HS256' }),
    client('ceres-jeton-ps', { id_token_signed_response_alg: 'PS256' }),
  ],
  jwks: { keys: [cle('ec', 'ES256'), cle('rsa', 'RS256'), cle('rsa', 'PS256')] },
  cookies: { keys: ['essai'] },
  ttl: { AccessToken: 60, AuthorizationCode: 30 },
  enabledJWA: { idTokenSigningAlgValues: algorithmes, userinfoSigningAlgValues: algorithmes },
  features: { jwtUserinfo: { enabled: true }, rpInitiatedLogout: { enabled: true } },
  pkce: { required: () => true },
  acrValues: ['eidas1'],
  claims: { given_name: ['given_name'], usual_name: ['usual_name'], email: ['email', 'email_verified'] },
  findAccount(_, accountId) {
    const [, email, verifie] = accountId.split('~');
    const claims = {
      sub: accountId, email, given_name: 'Aïcha', usual_name: 'Nouvelle',
      email_verified: verifie === 'mal dit' ? 'false' : verifie === 'oui',
    };
    return { accountId, claims: async () => claims };
  },
});
provider.use((ctx, next) => (ctx.path === '/filtre' ? ctx.body = '<p>Page d’un filtre</p>' : next()));
provider.listen(Number(port), '127.0.0.1', () => process.stdout.write('pret\n'));
