import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { concatBytes, equalBytes } from './bytes.ts'
import { fromHex, passClaims, trustList } from './testCity.ts'
import { verifyTurningCode } from './turningCode.ts'

const page = readFileSync(new URL('../README.md', import.meta.url), 'utf8')

/** The bytes of a block of hex with remarks: on each line what comes before two spaces and a word. */
function bytesOfBlock(block: string): Uint8Array {
  const lines = block.split('\n').map((line) => line.trim().replace(/ {2,}.*$/, ''))
  return concatBytes(...lines.map((line) => fromHex(line.replaceAll(' ', ''))))
}

test('the worked example of the README is true: its bytes, its code, its times', async () => {
  const passBlock = /```\n(84 [^`]*)```/.exec(page)?.[1]
  const code = /^HK1:.*$/m.exec(page)?.[0]
  assert.ok(passBlock !== undefined && code !== undefined)
  assert.equal(code.length, 379)
  for (const second of [1_800_003_585, 1_800_003_600, 1_800_003_629]) {
    const verification = await verifyTurningCode(code, trustList, second * 1000)
    assert.ok(verification.accepted)
    assert.deepEqual(verification.pass, passClaims)
    assert.ok(equalBytes(verification.passBytes, bytesOfBlock(passBlock)))
  }
  for (const second of [1_800_003_584, 1_800_003_630]) {
    assert.deepEqual(await verifyTurningCode(code, trustList, second * 1000), { accepted: false, reason: 'stale-code' })
  }
})
