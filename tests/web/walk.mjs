// SPDX-License-Identifier: Apache-2.0
// The page in a browser, by people who sign in. `run.sh WORD` runs only the checks whose name or
// group holds the word, beside the sign-in they need.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { open_browser } from './browser.mjs'
import { assessment_cases } from './cases/assessment.mjs'
import { collection_cases } from './cases/collections.mjs'
import { file_cases } from './cases/files.mjs'
import { grading_cases } from './cases/grading.mjs'
import {
  auditor_cases,
  security_admin_cases,
  system_admin_cases,
  tester_cases,
  way_in_cases,
} from './cases/platform.mjs'
import { portfolio_cases } from './cases/portfolio.mjs'
import { process_cases } from './cases/process.mjs'
import { sign_in_cases } from './cases/sign_in.mjs'
import { read_people } from './people.mjs'

const base = process.env.DENGCE_PAGE
const people = read_people(readFileSync(process.env.DENGCE_PEOPLE, 'utf8'))
const browser = await open_browser({ base, shots: process.env.DENGCE_SHOTS })
const only = new RegExp(process.argv[2] ?? '')
let passed = 0
let failed = 0

// What follows in the same window depends on a needed check, so it always runs.
const check_in =
  (window, group) =>
  async (name, body, needed = false) => {
    if (!needed && !only.test(`${group} ${name}`)) return
    const faults_before = window.faults.length
    try {
      await body()
      assert.deepEqual(window.faults.slice(faults_before), [], 'no fault in the browser')
      passed += 1
      console.log(`ok ${name}`)
    } catch (error) {
      failed += 1
      console.log(`not ok ${name}\n  ${String(error.stack ?? error).replaceAll('\n', '\n  ')}`)
      await window.shot(`failed-${failed}`)
      if (needed) throw new Error('what follows needs this')
    }
  }

async function walk(login, ...cases) {
  const window = await browser.open_window()
  const scene = { base, browser, window, people, person: people[login] }
  try {
    for (const one of cases) await one({ ...scene, check: check_in(window, one.name) })
  } catch (error) {
    failed += 1
    console.log(`not ok the walk of ${login} goes on: ${error.stack ?? error}`)
  }
  await window.context.close()
}

await walk('manager', sign_in_cases, assessment_cases, portfolio_cases, file_cases, collection_cases, grading_cases)
await walk('sysadmin', system_admin_cases, way_in_cases)
await walk('secadmin', security_admin_cases)
await walk('tester', tester_cases, process_cases)
await walk('auditor', auditor_cases)

await browser.close()
console.log(`${passed} passed, ${failed} failed`)
process.exit(failed === 0 ? 0 : 1)
