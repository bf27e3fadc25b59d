// SPDX-License-Identifier: Apache-2.0
// The portfolio for work on the pages without the program: lists that can be changed, the rest drawn.
import { readFileSync } from 'node:fs'
import { page_of, type Answer, type Asked } from './mock_platform.ts'

type Row = Record<string, unknown> & { id: string; version: number }

const lines = (path: string) =>
  readFileSync(new URL(`../../content/portfolio/${path}`, import.meta.url), 'utf8')
    .trim()
    .split('\n')
    .slice(1)
    .map((line) => line.split(','))

const teams: Row[] = lines('teams.csv').map(([number, name]) => ({
  id: `t${number}`,
  version: 1,
  number: Number(number),
  name,
}))
const systems: Row[] = lines('systems.csv').map((cells, i) => {
  const team = teams.find((one) => cells.includes(String(one.name))) ?? teams[0]
  return {
    id: `s${i + 1}`,
    version: 1,
    number: i + 1,
    name: cells[2] ?? '',
    team_id: team?.id,
    team: team?.name,
    level: i % 10 === 9 ? 2 : 3,
    sag: 'S3A3',
    present: true,
    confirmed: i !== 4,
    next_change: null,
  }
})
const classes = ['物理机房', '网络设备', '安全设备', '服务器/存储设备', '终端设备']
const store: Record<string, Row[]> = {
  teams,
  systems,
  filings: systems.slice(0, 30).map((one, i) => ({
    id: `f${i}`,
    version: 1,
    number: `31010000000-${String(26001 + i)}`,
    name: i % 7 === 3 ? `${one.name}（旧）` : one.name,
    level: one.level,
    filed_day: '2026-03-01',
    systems: i % 9 === 5 ? [] : [one.id],
  })),
  assets: [...Array(240)].map((_, i) => ({
    id: `as${i}`,
    version: 1,
    class: classes[i % 5],
    name: `示例资产-${String(i + 1).padStart(3, '0')}`,
    importance: ['关键', '重要', '一般'][i % 3],
    shared: i % 20 === 0,
    location: '示例机房',
    addresses: [`192.0.2.${i % 250}`],
    attributes: { 品牌型号: '示例型号' },
    systems: [`s${(i % 39) + 1}`],
  })),
  'data-items': [],
  contacts: [],
  'risk-notices': [],
  modules: [],
}
const contract = {
  id: 'c1',
  version: 1,
  name: '2026年网络安全等级保护测评服务',
  buyer: '上海市大数据中心信息化服务第一分中心',
  provider: null,
  signed_day: '2026-06-15',
  start_day: null,
  end_day: '2026-12-31',
  ceiling_fen: 718061200,
  price_fen: null,
}

const ok = (body: unknown, status = 200): Answer => ({ status, body })
const refused = (status: number, code: string, title: string): Answer => ({
  status,
  body: { code, title, status, problems: [] },
})

function coverage(day: string) {
  const all = day >= '2026-09-01' ? systems : systems.slice(0, 37)
  const count = (some: Row[]) => ({
    total: some.length,
    confirmed: some.filter((one) => one.confirmed).length,
  })
  return {
    day,
    ...count(all),
    minimum: 39,
    warning: '已确认的系统少于合同下限',
    by_level: [2, 3].map((level) => ({ level, ...count(all.filter((one) => one.level === level)) })),
    by_team: teams.map((team) => ({
      team_id: team.id,
      team: team.name,
      ...count(all.filter((one) => one.team_id === team.id)),
    })),
  }
}

function rows_of(asked: Asked, rows: Row[]): Answer {
  const { method, parts, query, body, version } = asked
  const [, id] = parts
  if (!id && method === 'GET') {
    const system = query.get('system')
    const team = query.get('team')
    const found = rows.filter(
      (row) =>
        (!system ||
          row.system_id === system ||
          (Array.isArray(row.systems) && row.systems.includes(system))) &&
        (!team || row.team_id === team),
    )
    query.delete('system')
    query.delete('team')
    return page_of(found, query)
  }
  if (!id) {
    const row = { ...body, id: `n${rows.length + 1}`, version: 1, systems: body.systems ?? [] }
    rows.push(row)
    return ok(row, 201)
  }
  const row = rows.find((one) => one.id === id)
  if (!row) return refused(404, 'not_found', '没有此记录')
  if (method === 'GET') return ok(row)
  if (version !== row.version) return refused(412, 'precondition_failed', '他人已修改')
  if (method === 'DELETE') {
    rows.splice(rows.indexOf(row), 1)
    return ok(null, 204)
  }
  Object.assign(row, body, { version: row.version + 1 })
  return ok(row)
}

export function portfolio(asked: Asked): Answer {
  const { parts, query, method, body } = asked
  const [kind = '', id = '', part] = parts
  if (kind === 'contract' && id === 'coverage') return ok(coverage(query.get('day') ?? ''))
  if (kind === 'contract') {
    if (method === 'PATCH') Object.assign(contract, body, { version: contract.version + 1 })
    return ok(contract)
  }
  if (kind === 'filings' && id === 'conflicts') {
    const filing = store.filings?.[3]
    return ok({
      items: ['level_differs', 'name_differs', 'no_filing', 'filing_unused'].map((one, i) => ({
        kind: one,
        filing: one === 'no_filing' ? null : filing,
        system: one === 'filing_unused' ? null : systems[i],
        detail: '备案第二级，系统第三级',
      })),
    })
  }
  if (kind === 'asset-classes') {
    return ok({
      items: classes.map((name) => ({ name, name_head: '设备名称', columns: ['品牌型号', '用途', '备注'] })),
      importances: ['关键', '重要', '一般'],
    })
  }
  if (kind === 'systems' && part === 'history') {
    return ok({
      items: [
        {
          id: 'e1',
          kind: 'join',
          effective_day: null,
          team_id: 't1',
          level: 3,
          sag: '',
          name: systems[0]?.name,
          reason: '合同清单',
          confirmed: true,
          confirmed_day: null,
          recorded_by: '命令行',
          recorded_at: '2026-06-15T02:00:00Z',
        },
        {
          id: 'e2',
          kind: 'transfer',
          effective_day: '2026-07-01',
          team_id: 't2',
          level: null,
          sag: null,
          name: null,
          reason: '机构调整',
          confirmed: false,
          confirmed_day: null,
          recorded_by: 'manager',
          recorded_at: '2026-07-02T02:00:00Z',
        },
      ],
    })
  }
  if (kind === 'systems' && part === 'events') return ok(systems[0], 201)
  if (kind === 'systems' && part === 'modules') return rows_of({ ...asked, parts: ['modules'] }, store.modules ?? [])
  const rows = store[kind]
  return rows ? rows_of(asked, rows) : null
}
