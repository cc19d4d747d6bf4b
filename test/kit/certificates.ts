import { generate } from 'selfsigned';

/** A key and a certificate that it has signed itself, as PEM. */
export type SelfSigned = { readonly key: string; readonly certificate: string };

/** For two days, for the server of that name. */
export async function signCertificate(host: string): Promise<SelfSigned> {
  const names = [{ name: 'commonName', value: host }];
  const { private: key, cert: certificate } = await generate(names, {
    keyType: 'ec',
    curve: 'P-256',
    extensions: [{ name: 'subjectAltName', altNames: [{ type: 2, value: host }] }],
  });
  return { key, certificate };
}
