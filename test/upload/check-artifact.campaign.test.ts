/** Files that are to be artifacts: what devices would find out, found out before. */
import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { present } from '../../src/base/assert.ts';
import { digestOfName, parseArtifactName } from '../../src/plan/artifact-name.ts';
import { checkArtifact } from '../../src/upload/check-artifact.ts';
import type { ArtifactCheck, CheckedArtifact } from '../../src/upload/check-artifact.ts';
import { makeArtifact, makeTar, makeZip, nameFor, paxRecord } from '../kit/archives.ts';
import type { TarEntry, ZipEntry } from '../kit/archives.ts';
import fc from '../kit/fast-check.ts';
import { makeFolder } from '../kit/folders.ts';

const FOR_LINUX = 'app-L-x86_64.tar.gz';
const FOR_WINDOWS = 'app-W-all.zip';
const SH: TarEntry = { path: 'ota_deploy.sh', content: '#!/bin/sh\n' };
const BAT: ZipEntry = { path: 'ota_deploy.bat', content: 'echo off\r\n' };

function checkFile(content: Buffer, rest: string): Promise<ArtifactCheck> {
  const path = join(makeFolder(), 'file');
  writeFileSync(path, content);
  return checkArtifact(path, present(parseArtifactName(nameFor(content, rest)), 'a name'));
}

async function check(content: Buffer, rest: string): Promise<CheckedArtifact> {
  const checked = await checkFile(content, rest);
  if (checked.kind !== 'checked') throw new Error(checked.kind);
  return checked.artifact;
}

const checkTar = (...entries: readonly TarEntry[]) => check(gzipSync(makeTar(entries)), FOR_LINUX);
const checkZip = (...entries: readonly ZipEntry[]) => check(makeZip(entries), FOR_WINDOWS);

function codesOf({ findings }: CheckedArtifact): readonly string[] {
  return findings.map(({ code }) => code);
}

describe('the name of an artifact', () => {
  test.each([
    ['a476c70752326d809307dcb84d55a7ae-ota_args-L-aarch64.tar.gz', 'ota_args', 'L', 'aarch64', 'tar.gz'],
    [
      '9e107d9d372bb6826bd81d3542a419d6-Allxon_OTA_Artifact-W-all.zip',
      'Allxon_OTA_Artifact',
      'W',
      'all',
      'zip',
    ],
    ['9e107d9d372bb6826bd81d3542a419d6-my-app-1.2-L-x86-L-x86.zip', 'my-app-1.2-L-x86', 'L', 'x86', 'zip'],
    ['9e107d9d372bb6826bd81d3542a419d6-Über uns-L-x86_64.tar.gz', 'Über uns', 'L', 'x86_64', 'tar.gz'],
  ])('%s has its parts', (text, base, platform, architecture, format) => {
    expect(parseArtifactName(text)).toMatchObject({ base, platform, architecture, format });
  });

  test.each([
    'ota_args-L-aarch64.tar.gz',
    'A476C70752326D809307DCB84D55A7AE-ota_args-L-aarch64.tar.gz',
    'a476c70752326d809307dcb84d55a7ae-L-aarch64.tar.gz',
    'a476c70752326d809307dcb84d55a7ae-ota_args-M-aarch64.tar.gz',
    'a476c70752326d809307dcb84d55a7ae-ota_args-L-armv7.tar.gz',
    'a476c70752326d809307dcb84d55a7ae-ota_args-L-aarch64.tgz',
    'a476c70752326d809307dcb84d55a7ae-ota/args-L-aarch64.tar.gz',
    'a476c70752326d809307dcb84d55a7ae-ota\nargs-L-aarch64.tar.gz',
    'a476c70752326d809307dcb84d55a7ae-ota_args-L-aarch64.tar.gz.part',
  ])('%j is none', (text) => {
    expect(parseArtifactName(text)).toBeNull();
  });

  test("its digest is the vendor's own", () => {
    expect(digestOfName('e7348062559b0c32b2548228ff5f5380', 'ota_args-L-aarch64.tar.gz')).toBe(
      'a476c70752326d809307dcb84d55a7ae',
    );
  });
});

describe('a right artifact', () => {
  test('for Linux has nothing to be said of it', async () => {
    const artifact = await checkTar(
      { path: './', type: '5' },
      { path: './ota_deploy.sh', content: '#!/bin/sh\n' },
      { path: 'lib/', type: '5' },
      { path: 'lib/one', content: 'x'.repeat(3_000) },
      { path: 'lib/two', type: '2', target: 'one' },
      { path: 'three', type: '2', target: 'lib/../lib/one' },
      { path: 'four', type: '1', target: 'lib/one' },
    );
    expect(artifact).toMatchObject({ findings: [], script: 'ota_deploy.sh', scriptBytes: 10, entries: 7 });
  });

  test('for Windows has nothing to be said of it', async () => {
    const artifact = await checkZip(BAT, { path: 'lib/' }, { path: 'lib/one', content: 'x'.repeat(3_000) });
    expect(artifact).toMatchObject({ findings: [], script: 'ota_deploy.bat', scriptBytes: 10, entries: 3 });
  });

  test('may be a zip for Linux, and a tar.gz for Windows', async () => {
    const zipped = await check(makeZip([{ path: 'ota_deploy.sh', content: 'x' }]), 'app-L-aarch64.zip');
    const tarred = await check(
      gzipSync(makeTar([{ path: 'ota_deploy.bat', content: 'x' }])),
      'app-W-x86.tar.gz',
    );
    expect([zipped.findings, tarred.findings]).toEqual([[], []]);
  });

  test('may be packed by tar, with long names, whatever its way to write them', async () => {
    const folder = makeFolder();
    const long = join('d'.repeat(90), 'e'.repeat(90), 'ü'.repeat(60));
    mkdirSync(join(folder, long), { recursive: true });
    writeFileSync(join(folder, 'ota_deploy.sh'), '#!/bin/sh\n');
    writeFileSync(join(folder, long, 'file'), 'x');
    symlinkSync(join('e'.repeat(90), 'ü'.repeat(60), 'file'), join(folder, 'd'.repeat(90), 'link'));
    for (const format of ['gnu', 'pax']) {
      const packed = execFileSync('tar', ['-C', folder, `--format=${format}`, '-czf', '-', '.'], {
        maxBuffer: 1e8,
      });
      expect(await check(packed, FOR_LINUX), format).toMatchObject({ findings: [], scriptBytes: 10 });
    }
  });

  test('may have sizes as those of more than 4 GiB are written', async () => {
    expect((await checkZip({ ...BAT, isZip64: true })).findings).toEqual([]);
  });

  test('may have anything after its end', async () => {
    const tar = Buffer.concat([makeTar([SH]), Buffer.alloc(5_000_000)]);
    expect((await check(gzipSync(tar), FOR_LINUX)).findings).toEqual([]);
  });
});

describe('the digest in the name', () => {
  test('that does not match is a warning with both values', async () => {
    const content = makeArtifact();
    const path = join(makeFolder(), 'file');
    writeFileSync(path, content);
    const right = nameFor(content, FOR_LINUX);
    const name = present(parseArtifactName(`${'0'.repeat(32)}-${FOR_LINUX}`), 'a name');
    const checked = await checkArtifact(path, name);
    if (checked.kind !== 'checked') throw new Error(checked.kind);
    expect(checked.artifact.findings).toMatchObject([{ code: 'artifact-digest', severity: 'warning' }]);
    expect(checked.artifact.findings[0]?.message).toContain('0'.repeat(32));
    expect(checked.artifact.findings[0]?.message).toContain(right);
  });
});

describe('the script', () => {
  test.each<readonly [string, readonly TarEntry[], RegExp]>([
    ['is missing', [{ path: 'readme', content: 'x' }], /but it is missing$/],
    ['is in a folder', [{ path: 'app/ota_deploy.sh', content: 'x' }], /but it is in "app\/ota_deploy\.sh"/],
    ['is written otherwise', [{ path: 'OTA_Deploy.sh', content: 'x' }], /but it is in "OTA_Deploy\.sh"/],
    ['is that of Windows', [{ path: 'ota_deploy.bat', content: 'x' }], /for Linux.*"ota_deploy\.bat"/],
    ['is empty', [{ path: 'ota_deploy.sh' }], /it is empty/],
    ['is a folder', [{ path: 'ota_deploy.sh/', type: '5' }], /it is not a file/],
    [
      'is a link',
      [
        { path: 'run', content: 'x' },
        { path: 'ota_deploy.sh', type: '2', target: 'run' },
      ],
      /not a file/,
    ],
  ])('that %s is an error that a person may lift', async (_, entries, message) => {
    const { findings, scriptBytes } = await checkTar(...entries);
    expect(findings).toMatchObject([{ code: 'artifact-script', severity: 'error', isLiftable: true }]);
    expect(findings[0]?.message).toMatch(message);
    expect(scriptBytes).toBeNull();
  });
});

describe('an archive with entries that do harm', () => {
  test.each<readonly [string, TarEntry, string]>([
    ['an absolute path', { path: '/etc/passwd', content: 'x' }, 'archive-path'],
    ['a path upwards', { path: 'a/../../etc/passwd', content: 'x' }, 'archive-path'],
    ['a path upwards for Windows', { path: 'a\\..\\..\\boot.ini', content: 'x' }, 'archive-path'],
    ['a drive', { path: 'C:boot.ini', content: 'x' }, 'archive-path'],
    ['a control character', { path: 'a\u001b[2Jb', content: 'x' }, 'archive-path'],
    ['a link to the root', { path: 'a', type: '2', target: '/etc/passwd' }, 'archive-link'],
    ['a link upwards', { path: 'a/b', type: '2', target: '../../etc' }, 'archive-link'],
    ['a hard link upwards', { path: 'a/b', type: '1', target: '../etc/passwd' }, 'archive-link'],
    ['a device', { path: 'sda', type: '3' }, 'archive-special'],
    ['a pipe', { path: 'pipe', type: '6' }, 'archive-special'],
    ['the script once more', SH, 'archive-duplicate'],
    ['the script once more, otherwise written', { ...SH, path: './a/../ota_deploy.sh' }, 'archive-path'],
  ])('%s is an error that a person may lift', async (_, entry, code) => {
    const { findings } = await checkTar(SH, entry);
    expect(findings.filter((finding) => finding.code === code)).toMatchObject([
      { severity: 'error', isLiftable: true },
    ]);
  });

  test('a link that leads over another one is one, whichever comes first', async () => {
    const over = { path: 'a/c', type: '2', target: 'b/..' } as const;
    const out = { path: 'a/b', type: '2', target: '..' } as const;
    for (const links of [
      [over, out],
      [out, over],
    ]) {
      const { findings } = await checkTar(SH, ...links);
      expect(findings).toMatchObject([{ code: 'archive-link' }]);
    }
  });

  test('a link whose target is longer than any path is one', async () => {
    const target = `${'a/'.repeat(100_000)}${'../'.repeat(100_000)}a`;
    const { findings } = await checkTar(
      SH,
      { path: 'pax', type: 'x', content: paxRecord('linkpath', target) },
      { path: 'long', type: '2', target: 'a' },
    );
    expect(findings).toMatchObject([{ code: 'archive-link' }]);
  });

  test('a file behind a link is one, and how many there are is said', async () => {
    const { findings } = await checkTar(
      SH,
      { path: 'lib', type: '2', target: 'bin' },
      { path: 'lib/one', content: 'x' },
      { path: 'lib/two', content: 'x' },
    );
    expect(findings).toMatchObject([{ code: 'archive-link' }]);
    expect(findings[0]?.message).toContain('"lib/one" and 1 more');
  });

  test.each<readonly [string, ZipEntry, string]>([
    ['a path upwards', { path: '../boot.ini', content: 'x' }, 'archive-path'],
    ['a path upwards for Windows', { path: '..\\boot.ini', content: 'x' }, 'archive-path'],
    ['a link to the root', { path: 'a', content: '/etc/passwd', mode: 0o120777 }, 'archive-link'],
    ['a device', { path: 'a', mode: 0o060644 }, 'archive-special'],
    ['an encrypted entry', { path: 'a', content: 'x', isEncrypted: true }, 'archive-encrypted'],
    ['an entry twice', BAT, 'archive-duplicate'],
    ['an unknown method', { path: 'a', content: 'x', method: 99 }, 'archive-unchecked'],
  ])('%s in a zip is an error that a person may lift', async (_, entry, code) => {
    const { findings } = await checkZip(BAT, entry);
    expect(findings).toMatchObject([{ code, severity: 'error', isLiftable: true }]);
  });

  test('a sparse file, which cannot be checked, is an error that a person may lift', async () => {
    const { findings } = await checkTar(SH, { path: 'disk', type: 'S', content: 'x' });
    expect(findings).toMatchObject([{ code: 'archive-unchecked', isLiftable: true }]);
  });
});

describe('an archive that unpacks to too much', () => {
  const ZEROS = Buffer.alloc(120 * 1_048_576);

  test('is not read to its end', async () => {
    const tarred = await checkTar(SH, { path: 'zeros', content: ZEROS }, { path: '../x', content: 'x' });
    const zipped = await checkZip(BAT, { path: 'zeros', content: ZEROS }, { path: '../x', content: 'x' });
    for (const { findings, unpackedBytes } of [tarred, zipped]) {
      expect(findings).toMatchObject([{ code: 'archive-size', severity: 'error', isLiftable: true }]);
      expect(unpackedBytes).toBeLessThan(106 * 1_048_576);
    }
  });

  test('by one piece of data for many entries is damaged', async () => {
    const content = Buffer.alloc(10_000);
    const first = { path: 'a', content };
    const others = Array.from({ length: 50 }, (_, index) => ({
      path: `a${index}`,
      localPath: 'a',
      content,
      isOverlapping: true,
    }));
    expect(codesOf(await checkZip(first, ...others))).toEqual(['archive-damaged']);
  });

  test('by more entries than any artifact has is not read to its end', async () => {
    const header = makeTar([{ path: 'x' }]).subarray(0, 512);
    const tar = Buffer.concat([makeTar([SH]).subarray(0, 1_024), Buffer.alloc(201_000 * 512, header)]);
    expect(codesOf(await check(gzipSync(tar), FOR_LINUX))).toContain('archive-size');
  });

  test('by the name of an entry is damaged', async () => {
    const name = paxRecord('path', 'x'.repeat(2_000_000));
    const { findings } = await checkTar({ path: 'pax', type: 'x', content: name }, SH);
    expect(findings.map(({ code }) => code)).toEqual(['archive-damaged']);
    expect(findings[0]?.message.length).toBeLessThan(500);
  });
});

describe('what is no whole archive', () => {
  test('is one that is packed twice: what unpacks it finds no archive', async () => {
    const { findings } = await check(gzipSync(gzipSync(makeTar([SH]))), FOR_LINUX);
    expect(findings.map(({ code }) => code)).toContain('archive-damaged');
    expect(findings.map(({ message }) => message).join()).toContain('compressed with gzip twice');
  });

  const TAR = makeArtifact();
  const ZIP = makeZip([BAT]);

  test.each<readonly [string, Buffer, string, RegExp]>([
    ['text', Buffer.from('firmware 2.14'), FOR_LINUX, /it is not gzip/],
    ['text called a zip', Buffer.from('firmware 2.14'), FOR_WINDOWS, /not a zip file/i],
    ['a zip called tar.gz', ZIP, FOR_LINUX, /its name says tar\.gz, but it is zip/],
    ['a tar.gz called zip', TAR, FOR_WINDOWS, /its name says zip, but it is gzip/],
    ['xz', Buffer.from('fd377a585a0000', 'hex'), FOR_LINUX, /it is xz/],
    ['a pointer', Buffer.from('version https://git-lfs.github.com/spec/v1\n'), FOR_LINUX, /Git LFS pointer/],
    ['gzip of text', gzipSync('x'.repeat(2_000)), FOR_LINUX, /checksum|archive/],
    ['gzip of nothing', gzipSync(''), FOR_LINUX, /archive/],
    ['half of gzip', TAR.subarray(0, TAR.length / 2), FOR_LINUX, /it ends too early/],
    ['gzip with a wrong checksum', Buffer.concat([TAR.subarray(0, -8), Buffer.alloc(8)]), FOR_LINUX, /check/],
    [
      'half of a tar',
      gzipSync(makeTar([{ ...SH, size: 90_000 }]).subarray(0, 1_024)),
      FOR_LINUX,
      /Truncated/,
    ],
    ['half of a zip', ZIP.subarray(0, ZIP.length / 2), FOR_WINDOWS, /truncated/],
    ['an entry with a wrong checksum', makeZip([{ ...BAT, crc: 7 }]), FOR_WINDOWS, /checksum of .* is wrong/],
    ['an entry that is longer than it says', makeZip([{ ...BAT, size: 3 }]), FOR_WINDOWS, /too many bytes/],
    [
      'two names for one entry',
      makeZip([{ ...BAT, localPath: 'ota_deploy.sh' }]),
      FOR_WINDOWS,
      /have a different name/,
    ],
  ])('%s is an error that nothing lifts', async (_, content, rest, message) => {
    const { findings } = await check(content, rest);
    expect(findings).toMatchObject([{ code: 'archive-damaged', severity: 'error', isLiftable: false }]);
    expect(findings[0]?.message).toMatch(message);
  });

  test('a file that changes while it is read is said to', async () => {
    const path = join(makeFolder(), 'file');
    const content = gzipSync(makeTar([SH, { path: 'x', content: Buffer.alloc(3_000_000, 'abc') }]), {
      level: 0,
    });
    writeFileSync(path, content);
    const name = present(parseArtifactName(nameFor(content, FOR_LINUX)), 'a name');
    const state = { isOver: false };
    const checking = checkArtifact(path, name).finally(() => {
      state.isOver = true;
    });
    // Each of its readings takes a turn of the event loop at least, so some of these come between them.
    while (!state.isOver) {
      appendFileSync(path, 'more');
      await new Promise(setImmediate);
    }
    expect(await checking).toMatchObject({
      artifact: { findings: [{}, { code: 'archive-changed', isLiftable: false }] },
    });
  });

  test('a folder, a pipe and an empty file are told apart', async () => {
    const folder = makeFolder();
    const name = present(parseArtifactName(`${'0'.repeat(32)}-${FOR_LINUX}`), 'a name');
    execFileSync('mkfifo', [join(folder, 'pipe')]);
    writeFileSync(join(folder, 'empty'), '');
    expect(await checkArtifact(folder, name)).toEqual({ kind: 'directory' });
    expect(await checkArtifact(join(folder, 'pipe'), name)).toEqual({ kind: 'not-regular' });
    expect(await checkArtifact(join(folder, 'empty'), name)).toEqual({ kind: 'empty' });
  });

  test('any byte that is changed is found or does no harm, and ends in a finding, never in an error of ours', async () => {
    const archives = [
      [makeTar([SH, { path: 'a', type: '2', target: 'b' }]), FOR_LINUX],
      [makeZip([BAT, { path: 'b', content: 'x'.repeat(100) }]), FOR_WINDOWS],
    ] as const;
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...archives),
        fc.nat(),
        fc.integer({ min: 1, max: 255 }),
        async ([archive, rest], at, change) => {
          const changed = Buffer.from(archive);
          const index = at % changed.length;
          changed[index] = ((changed[index] ?? 0) + change) % 256;
          const content = rest === FOR_LINUX ? gzipSync(changed) : changed;
          expect((await checkFile(content, rest)).kind).toBe('checked');
        },
      ),
      { numRuns: 150 },
    );
  });
});
