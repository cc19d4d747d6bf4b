import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { makeArtifact, makeTar, makeZip, nameFor } from '../kit/archives.ts';
import { breakwater } from '../kit/command.ts';
import { makeFolder } from '../kit/folders.ts';
import { compileSchema, expectValid } from '../kit/schemas.ts';

const validate = compileSchema('artifact-check');

/** Without network, credentials or settings. */
async function check(name: string, content: Buffer, ...flags: readonly string[]) {
  const cwd = makeFolder();
  writeFileSync(join(cwd, name), content);
  return breakwater(['artifact', 'check', name, ...flags], { cwd });
}

describe('breakwater artifact check', () => {
  test('says of a right artifact what it is', async () => {
    const artifact = makeArtifact();
    const { exitCode, stdout, stderr } = await check(
      nameFor(artifact, 'ota_args-L-aarch64.tar.gz'),
      artifact,
    );
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(stdout).toContain('can be uploaded');
    expect(stdout).toContain('Linux, aarch64');
    expect(stdout).toContain('ota_deploy.sh, 25 bytes');
  });

  test('prints its findings as JSON that its schema describes', async () => {
    const right = makeZip([{ path: 'ota_deploy.bat', content: 'x' }]);
    const wrong = makeZip([{ path: '../ota_deploy.bat', content: 'x' }]);
    const name = `${'0'.repeat(32)}-app-W-x86.zip`;
    const documents: unknown[] = [];
    for (const [file, ...flags] of [[right], [wrong], [wrong, '--allow-unusual']] as const) {
      const { exitCode, stdout } = await check(name, file, '--format', 'json', ...flags);
      const document = JSON.parse(stdout) as { readonly isSound: boolean };
      expect(document.isSound).toBe(exitCode === 0);
      documents.push(document);
    }
    expectValid(validate, documents);
    expect(documents).toMatchObject([
      {
        isSound: true,
        digest: { matches: false },
        findings: [{ code: 'artifact-digest', severity: 'warning' }],
      },
      { isSound: false, script: { bytes: null }, findings: { length: 3 } },
      { isSound: true, findings: { length: 3 } },
    ]);
  });

  test('ends with 2 for an archive that devices cannot use, and says what to do', async () => {
    const artifact = gzipSync(makeTar([{ path: 'app/ota_deploy.sh', content: 'x' }]));
    const { exitCode, stdout } = await check(nameFor(artifact), artifact);
    expect(exitCode).toBe(2);
    expect(stdout).toContain('cannot be used as an artifact');
    expect(stdout).toContain('error[artifact-script]');
    expect(stdout).toContain('breakwater explain artifact-script');
    expect(await check(nameFor(artifact), artifact, '--allow-unusual')).toMatchObject({ exitCode: 0 });
  });

  test('prints the name of no entry as anything but text', async () => {
    const artifact = gzipSync(makeTar([{ path: '/\u001b[2J\u001b]0;x\u0007', content: 'x' }]));
    const { stdout } = await check(nameFor(artifact), artifact);
    expect(stdout).toContain('error[archive-path]');
    expect(stdout).not.toContain('\u001b');
  });

  test('ends with a sentence for what is no file of that name', async () => {
    const cwd = makeFolder();
    const name = nameFor(makeArtifact());
    const checkHere = async () => breakwater(['artifact', 'check', name], { cwd });
    expect(await checkHere()).toMatchObject({ exitCode: 2, stderr: `breakwater: file not found: ${name}` });
    mkdirSync(join(cwd, name));
    expect((await checkHere()).stderr).toContain('is a folder, not a file');
    execFileSync('rmdir', [join(cwd, name)]);
    execFileSync('mkfifo', [join(cwd, name)]);
    expect((await checkHere()).stderr).toContain('is a pipe, a socket or a device');
    const unnamed = await breakwater(['artifact', 'check', 'firmware.tar.gz'], { cwd });
    expect(unnamed).toMatchObject({ exitCode: 2 });
    expect(unnamed.stderr).toContain('ota_args-L-aarch64.tar.gz');
  });

  test('takes memory that does not grow with the archive', async () => {
    const cwd = makeFolder();
    mkdirSync(join(cwd, 'noise'));
    writeFileSync(join(cwd, 'noise/ota_deploy.sh'), '#!/bin/sh\n');
    const peak = "require('fs').writeFileSync('peak', String(process.resourceUsage().maxRSS))";
    writeFileSync(join(cwd, 'peak.cjs'), `process.on('exit', () => ${peak});`);
    const name = `${'0'.repeat(32)}-app-L-all.tar.gz`;
    const kilobytesFor = async (bytes: number) => {
      execFileSync('sh', ['-c', `head -c ${bytes} /dev/urandom > noise/data`], { cwd });
      execFileSync('sh', ['-c', `tar -C noise -cf - . | gzip -1 > ${name}`], { cwd });
      const env = { NODE_OPTIONS: `--require ${join(cwd, 'peak.cjs')}` };
      const { exitCode, stderr } = await breakwater(['artifact', 'check', name], { cwd, env });
      expect(exitCode, stderr).toBe(0);
      return Number(readFileSync(join(cwd, 'peak'), 'utf8'));
    };
    const small = await kilobytesFor(20_000_000);
    // Were it held in memory, packed or unpacked, it would take 100,000 more.
    expect((await kilobytesFor(120_000_000)) - small).toBeLessThan(60_000);
  });
});
