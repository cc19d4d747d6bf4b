export const ARTIFACT_FILE = 'd2c6f67e8e4c5ac1f2a38ca0b3bd9b9d-Allxon_OTA_Artifact-L-x86_64.tar.gz';

/** Plans that use every key of 0.1, each in the ways in which it may be written; and the files that they name. */
const ARTIFACT = 'artifact: { uuid: 9B1F5F6E-9D2B-4F8A-8A3E-7F0F4B7C1D20 }';

export const PLANS: Readonly<Record<string, string>> = {
  'smallest.yaml': `version: 1
name: smallest
region: us
${ARTIFACT}
waves:
  - name: all
    devices: [1234e5, 007, 'd-1']
`,
  'every-key.yaml': `version: 1
name: every-key.1
description: >-
  Every key, once
region: eu
${ARTIFACT}
arguments: { channel: stable, level: '1.10', empty: '' }
maxFailures: 2.5%
haltGrace: 1d2h3m4s5ms
whenInDoubt: post-again
rollback:
  artifact: { uuid: b6bf37d0-4c91-4f8b-9b2c-7cec2e4e246b }
  arguments: { force: 'yes' }
  automatic: true
preflight: { minOnline: 90.5% }
hooks:
  beforeRollout: { name: look, run: [./hooks/look.sh, --all], timeout: 1m }
  beforeWave: [{ run: [./hooks/wave.sh] }, { name: again, run: [./hooks/wave.sh, again] }]
  afterWave: { run: ['true'] }
  onHalt: { run: ['true'] }
  afterRollout: { run: ['true'] }
fleet: { file: fleet/cameras.csv, serialColumn: device, order: shuffled, seed: spring }
defaults:
  arguments: { mode: quiet, channel: beta }
  minSuccess: 50%
  maxFailures: 3
  rejected: ignore
  timeout: 20m
  batch: { size: 2, parallel: 3 }
  window: { days: [mon, sun], from: '22:00', to: '04:30', timeZone: Asia/Taipei }
  approval: required
  soak: 1h
  gates: [{ name: error rate, run: [./checks/errors.sh, --max, '2'], timeout: 2m, retries: 3, interval: 45s }]
waves:
  - name: canary
    devices: { file: fleet/canary.csv, serialColumn: id }
    arguments: { channel: canary }
    window: always
    approval: none
    soak: 0s
    gates: []
  - name: Taipei 1
    take: 3
    where: { site: taipei, floor: [1, '02'] }
    minSuccess: 1
    rejected: failure
    timeout: 90s
    batch: { size: 1 }
  - name: share_of-berlin.
    take: 50%
    where: { site: berlin }
    maxFailures: 0%
    window: { from: '00:00', to: '24:00', timeZone: UTC }
  - name: 其他
    take: rest
    gates: [{ run: ['true'] }]
    minSuccess: 10%
    maxFailures: 5
`,
  'files-and-lists.yaml': `version: 1
name: files-and-lists
region: us
${ARTIFACT}
rollback: { artifact: { uuid: b6bf37d0-4c91-4f8b-9b2c-7cec2e4e246b } }
fleet: { file: fleet/list.txt, order: shuffled, seed: 7 }
waves:
  - name: by file
    devices: { file: fleet/canary.txt }
  - name: drawn
    take: 33.3%
    maxFailures: 10%
  - name: the rest
    take: rest
    maxFailures: 100
`,
  'by-artifact-file.yaml': `version: 1
name: by-artifact-file
region: us
artifact: { file: ${ARTIFACT_FILE} }
rollback: { artifact: { file: ${ARTIFACT_FILE} } }
fleet: { file: fleet/list.txt }
waves:
  - name: two
    take: 2
  - name: the rest
    take: rest
`,
  'fleet/cameras.csv': `device,site,floor
t-1,taipei,1
t-2,taipei,02
t-3,taipei,1
t-4,taipei,3
b-1,berlin,1
b-2,berlin,1
b-3,berlin,2
a-1,austin,1
a-2,austin,2
`,
  'fleet/canary.csv': 'id,owner\nk-1,ana\n"k-2",ben\n',
  'fleet/canary.txt': '# canaries\nk-1\n\nk-2\n',
  'fleet/list.txt': `${Array.from({ length: 12 }, (_, index) => `d-${index + 1}`).join('\n')}\n`,
  [ARTIFACT_FILE]: 'what 0.1 took for an artifact',
};
