// SPDX-License-Identifier: Apache-2.0
// Sign-in, accounts and audit for work on the pages without the program. Any password will do:
// sysadmin, secadmin, auditor, manager; "new" goes through every step of the first sign-in.
import { readFileSync } from 'node:fs'
import type { Role } from '../src/api/access'

export interface Asked {
  method: string
  parts: string[] // of the path after /api/
  query: URLSearchParams
  body: Record<string, unknown>
  version: number | null
}
export type Answer = { status: number; body: unknown } | null

const ok = (body: unknown, status = 200): Answer => ({ status, body })
const refuse = (status: number, code: string, title: string, problems: unknown[] = []): Answer => ({
  status,
  body: { code, title, status, problems },
})

const words = (text = '') => text.split(',').map((one) => one.trim())
const yaml = readFileSync(new URL('../../content/access/roles.yaml', import.meta.url), 'utf8')
const resources = Object.fromEntries(
  [...yaml.matchAll(/^ {2}(\w+): \{.*actions: \[(.*)\]\}$/gm)].map((one) => [
    one[1] ?? '',
    words(one[2]),
  ]),
)
const roles: Role[] = yaml
  .split(/^ {2}- id: /m)
  .slice(1)
  .map((text) => ({
    id: /^\w+/.exec(text)?.[0] ?? '',
    name: /name: (.*)/.exec(text)?.[1] ?? '',
    name_en: /name_en: (.*)/.exec(text)?.[1] ?? '',
    party: /party: (.*)/.exec(text)?.[1] ?? '',
    exclusive: /exclusive: true/.test(text),
    rights: Object.fromEntries(
      [...text.matchAll(/^ {6}(\w+): \[(.*)\]$/gm)].map((one) => [one[1] ?? '', words(one[2])]),
    ),
  }))

const everything = { everything: true, contracts: [], teams: [], systems: [] }
const account = (login: string, name: string, held: string[]) => ({
  id: `a-${login}`,
  version: 1,
  login,
  name,
  organisation: '示例单位',
  disabled: false,
  locked: login === 'new',
  roles: held,
  scope: everything,
  clearance: {
    needed: true,
    complete: login === 'manager',
    proofs: login === 'manager' ? [0, 1, 2].map((i) => ({ kind: `p${i}`, day: '2026-06-20', proof: `示例-${i}` })) : [],
  },
})
const proofs = ['安全保密培训合格', '背景审查通过', '无犯罪记录证明'].map((name, i) => ({
  id: `p${i}`,
  name,
  name_en: `Proof ${i + 1}`,
}))
const accounts = [
  account('sysadmin', '示例甲', ['system_admin']),
  account('secadmin', '示例乙', ['security_admin']),
  account('auditor', '示例丙', ['audit_admin']),
  account('manager', '测试员甲', ['project_manager']),
  account('new', '测试员乙', ['assessor']),
]
let who = accounts.find((one) => one.login === process.env.DENGCE_MOCK_LOGIN)
let state = who ? 'signed_in' : ''

const entries = [...Array(230)].map((_, i) => ({
  sequence: 230 - i,
  time: new Date(Date.UTC(2026, 10, 22, 8, 0, 0) - i * 61_000).toISOString(),
  account: 'a-manager',
  login: i % 5 === 0 ? 'secadmin' : 'manager',
  address: '192.0.2.7',
  action: ['system.change', 'evidence.read', 'session.open', 'role.change'][i % 4],
  object_type: ['system', 'evidence', 'session', 'role'][i % 4],
  object_id: `id-${i}`,
  object_name: ['示例系统', 'server-default.tar.gz', '', '测试员乙'][i % 4],
  before: i % 4 === 0 ? 'a1'.repeat(32) : '',
  after: i % 4 === 0 ? 'b2'.repeat(32) : '',
  detail: '{"fields":["level"]}',
  outcome: i % 11 === 0 ? 'denied' : 'done',
  previous: 'c3'.repeat(32),
  digest: 'd4'.repeat(32),
}))

export function page_of<T extends object>(
  rows: T[],
  query: URLSearchParams,
  text: (row: T) => string = (row) => JSON.stringify(row),
): Answer {
  const limit = Number(query.get('limit') ?? 100)
  const from = Number(query.get('after') ?? 0)
  const own = ['limit', 'after', 'sort', 'q', 'from', 'to']
  let found = rows.filter((row) =>
    [...query].every(
      ([key, value]) =>
        own.includes(key) || String((row as Record<string, unknown>)[key] ?? '').includes(value),
    ),
  )
  const q = query.get('q')
  if (q) found = found.filter((row) => text(row).includes(q))
  const sort = query.get('sort') ?? ''
  const key = sort.replace('-', '')
  if (key) {
    const sign = sort.startsWith('-') ? -1 : 1
    const value = (row: T) => (row as Record<string, string | number>)[key] ?? ''
    found = [...found].sort((a, b) => (value(a) < value(b) ? -sign : value(a) > value(b) ? sign : 0))
  }
  const next = from + limit < found.length ? String(from + limit) : null
  return ok({ items: found.slice(from, from + limit), total: found.length, next })
}

function session(): Answer {
  if (!who) return refuse(401, 'unauthenticated', '尚未登录')
  const held = roles.filter((role) => who?.roles.includes(role.id))
  const rights: Record<string, string[]> = {}
  for (const role of held) Object.assign(rights, role.rights)
  const minutes = Number(process.env.DENGCE_MOCK_IDLE ?? 30)
  return ok({
    state,
    csrf: 'mock',
    account: who,
    roles: held,
    rights,
    scope: everything,
    entry_cleared: true,
    idle_expires: new Date(Date.now() + minutes * 60_000).toISOString(),
    expires: new Date(Date.now() + 12 * 3_600_000).toISOString(),
    second_factor: { enrolled: who.login !== 'new', required: true },
  })
}

const steps = ['second_factor', 'change_password', 'enroll_second_factor', 'signed_in']
const step = (to: string) => {
  state = who?.login === 'new' ? to : 'signed_in'
  return ok({ state, csrf: 'mock' })
}

export function platform(asked: Asked): Answer {
  const { method, parts, query, body } = asked
  const [kind, id, part] = parts
  if (kind === 'session') {
    if (method === 'GET') return session()
    if (method === 'DELETE') who = undefined
    if (method === 'DELETE') return ok(null, 204)
    if (id === 'second-factor') return step(steps[1] ?? '')
    if (id === 'password') return state === 'signed_in' ? ok({ state, csrf: 'mock' }) : step(steps[2] ?? '')
    who = accounts.find((one) => one.login === body.login)
    return who ? step(steps[0] ?? '') : refuse(401, 'unauthenticated', '账户或口令不正确')
  }
  if (!who) return refuse(401, 'unauthenticated', '尚未登录')
  if (kind === 'account' && id === 'second-factor') {
    if (method === 'PUT') {
      state = 'signed_in'
      return ok({ recovery_codes: [...Array(10)].map((_, i) => `mock-${i}abc-defg`) })
    }
    return ok({
      secret: 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP',
      uri: 'otpauth://totp/Dengce:new?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&issuer=Dengce',
    })
  }
  if (kind === 'account' && id === 'sessions') {
    const one = { address: '127.0.0.1', user_agent: 'Mozilla/5.0 (X11; Linux x86_64) Chrome/140' }
    const time = { opened: '2026-11-22T08:00:00Z', last_seen: '2026-11-22T08:30:00Z' }
    return ok({
      items: [
        { id: '1', current: true, ...one, ...time },
        { id: '2', current: false, ...one, ...time },
      ],
    })
  }
  if (kind === 'account' && id === 'tokens') {
    if (method === 'POST') return ok({ token: `dgc_${'x'.repeat(43)}` }, 201)
    return ok({ items: [{ id: '1', name: '示例', rights: ['system:read'], expires: '2027-01-01T00:00:00Z' }] })
  }
  if (kind === 'scope-targets') {
    return ok({ items: [{ kind: 'team', id: 't1', name: '示例团队', parent: 'c1' }] })
  }
  if (kind === 'clearance') return ok({ kinds: proofs, items: accounts.slice(3) })
  if (kind === 'roles') return ok({ roles, resources })
  if (kind === 'audit' && id === 'verification') {
    return ok({
      ok: true,
      entries: entries.length,
      head: { sequence: 230, digest: 'd4'.repeat(32) },
      sealed: { sequence: 200, time: '2026-11-22T07:00:00Z' },
      problems: [],
      warnings: [],
    })
  }
  if (kind === 'audit') return page_of(entries, query)
  if (kind === 'accounts') {
    const found = accounts.find((one) => one.id === id)
    if (!id && method === 'GET') return page_of(accounts, query)
    if (!id) {
      if (!/^[a-z]\w+$/.test(String(body.login))) {
        return refuse(400, 'invalid_argument', '内容有误', [
          { path: '', line: 0, field: 'login', reason: '只能用小写字母和数字，以字母开头' },
        ])
      }
      accounts.push(account(String(body.login), String(body.name), []))
      return ok({ id: `a-${body.login}`, password: 'Mock-Passw0rd-7f3a' }, 201)
    }
    if (!found) return refuse(404, 'not_found', '没有此账户')
    if (method === 'GET') return ok(found)
    if (part === 'password-reset') return ok({ password: 'Mock-Passw0rd-9c1e' })
    if (part === 'roles' || part === 'scope' || !part) {
      if (asked.version !== found.version) {
        found.name = `${found.name}（他人改）`
        return refuse(412, 'precondition_failed', '他人已修改')
      }
      Object.assign(found, part === 'scope' ? { scope: body } : body)
      found.version += 1
    }
    return ok(found)
  }
  return null
}
