// SPDX-License-Identifier: Apache-2.0
// Persons who sign in as people do: a password, at the first time a new one and an authenticator,
// whose codes (RFC 6238) are computed here.
import { createHmac } from 'node:crypto'

const step_length = 30_000
const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

export function from_base32(text) {
  const bytes = []
  let bits = 0
  let held = 0
  for (const letter of text.replace(/[\s=]/g, '').toUpperCase()) {
    held = (held << 5) | alphabet.indexOf(letter)
    bits += 5
    if (bits >= 8) {
      bits -= 8
      bytes.push((held >> bits) & 255)
      held &= (1 << bits) - 1
    }
  }
  return Buffer.from(bytes)
}

export function totp(secret, step) {
  const counter = Buffer.alloc(8)
  counter.writeBigUInt64BE(BigInt(step))
  const digest = createHmac('sha1', from_base32(secret)).update(counter).digest()
  const at = digest[19] & 15
  return String((digest.readUInt32BE(at) & 0x7fffffff) % 1_000_000).padStart(6, '0')
}

const now_step = () => Math.floor(Date.now() / step_length)

// What `dengce demo` and `dengce init` print: one line an account.
export function read_people(text) {
  const people = {}
  for (const [, login, password] of text.matchAll(/账户\s+(\S+)\s+初始口令\s+(\S+)/g)) {
    people[login] = { login, password, next: `Bei4-Wang5-Jing6-${login.length}`, secret: '', used: 0 }
  }
  return people
}

// A code is taken once, and the program takes the neighbouring steps too: waiting is rarely needed.
export async function code_of(person) {
  const step = Math.max(person.used + 1, now_step())
  while (step > now_step() + 1) await new Promise((done) => setTimeout(done, 250))
  person.used = step
  return totp(person.secret, step)
}

async function give_password(page, person) {
  await page.getByLabel('账户', { exact: true }).fill(person.login)
  await page.getByLabel('口令', { exact: true }).fill(person.password)
  await page.getByRole('button', { name: '登录', exact: true }).click()
}

async function first_steps(page, person, look) {
  await page.getByRole('heading', { name: '修改口令' }).waitFor()
  await look('change-password')
  await page.getByLabel('当前口令').fill(person.password)
  await page.getByLabel('新口令', { exact: true }).fill(person.next)
  await page.getByLabel('再次输入新口令').fill(person.next)
  await page.getByRole('button', { name: '修改口令' }).click()
  person.password = person.next
  await page.getByRole('heading', { name: '绑定第二因素' }).waitFor()
  await page.getByRole('img', { name: '绑定验证器的二维码' }).waitFor()
  person.secret = (await page.locator('[data-test=factor-secret]').innerText()).trim()
  await look('enrol')
  await page.getByLabel('动态验证码').fill(await code_of(person))
  await page.getByRole('button', { name: '绑定', exact: true }).click()
  person.recovery = (await page.locator('[data-test=secret]').innerText()).trim().split('\n')
  await look('recovery-codes')
  await page.getByRole('button', { name: '已妥善保存，继续' }).click()
}

// From the sign-in form to the first page.
export async function sign_in(page, person, look = async () => {}) {
  await give_password(page, person)
  if (person.secret) {
    await page.getByRole('heading', { name: '第二因素验证' }).waitFor()
    await look('second-factor')
    await page.getByLabel('动态验证码').fill(await code_of(person))
    await page.getByRole('button', { name: '继续' }).click()
  } else {
    await first_steps(page, person, look)
  }
  await page.locator('[data-test=account]').waitFor()
}

// Answers what an export asks.
export async function note_export(page) {
  const dialog = page.locator('[data-test="export-dialog"]')
  await dialog.waitFor()
  await dialog.getByRole('textbox', { name: /用途/ }).fill('示例核对')
  await dialog.getByRole('textbox', { name: /接收人/ }).fill('示例甲')
  await dialog.locator('[data-test="export-go"]').click()
  await dialog.waitFor({ state: 'hidden' })
}

export async function sign_out(page) {
  await page.locator('[data-test=account]').click()
  await page.getByRole('menuitem', { name: '退出登录' }).click()
  await page.getByRole('heading', { name: '登录' }).waitFor()
}

export { give_password }
