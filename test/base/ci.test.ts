import { expect, test } from 'vitest';
import { isCi } from '../../src/base/ci.ts';

test.each(['true', '1', 'yes', 'woodpecker'])('CI=%s tells of a CI service', (CI) => {
  expect(isCi({ CI })).toBe(true);
});

test.each(['TF_BUILD', 'JENKINS_URL', 'CODEBUILD_BUILD_ID', 'TEAMCITY_VERSION'])(
  '%s tells of a CI service, but where CI says that it is none',
  (name) => {
    expect(isCi({ [name]: 'x' })).toBe(true);
    expect(isCi({ [name]: '' })).toBe(false);
    expect(isCi({ [name]: 'x', CI: 'false' })).toBe(false);
  },
);

test.each([undefined, '', '0', 'false'])('CI=%s tells of none', (CI) => {
  expect(isCi(CI === undefined ? {} : { CI })).toBe(false);
});
