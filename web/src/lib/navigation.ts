// SPDX-License-Identifier: Apache-2.0
// The pages a person may open, by the rights of the session; the first one is where they begin.
export interface Entry {
  name: string // of the route; its text is nav.<name>
  path: string
  right: string // "resource:action"; '' for everybody who is signed in
}

export interface Group {
  name: string // its text is nav.group.<name>
  entries: Entry[]
}

const entry = (name: string, path: string, right: string): Entry => ({ name, path, right })

export const groups: readonly Group[] = [
  {
    name: 'work',
    entries: [
      entry('overview', '/overview', 'system:read'),
      entry('progress', '/progress', 'progress:read'),
      entry('assessments', '/assessments', 'assessment:read'),
      entry('files', '/files', 'evidence:read'),
    ],
  },
  {
    name: 'portfolio',
    entries: [
      entry('systems', '/systems', 'system:read'),
      entry('filings', '/filings', 'filing:read'),
      entry('grading', '/grading', 'system:read'),
      entry('assets', '/assets', 'asset:read'),
      entry('data_items', '/data-items', 'data_item:read'),
      entry('contacts', '/contacts', 'contact:read'),
      entry('risk_notices', '/risk-notices', 'risk_notice:read'),
      entry('internet_tests', '/internet-tests', 'internet_test:read'),
      entry('contract', '/contract', 'contract:read'),
      entry('imports', '/imports', 'import:read'),
    ],
  },
  {
    name: 'platform',
    entries: [
      entry('accounts', '/accounts', 'account:read'),
      entry('roles', '/roles', 'role:read'),
      entry('clearance', '/clearance', 'clearance:read'),
      entry('audit', '/audit', 'audit:read'),
      entry('jobs', '/jobs', 'job:read'),
      entry('settings', '/settings', 'setting:read'),
      entry('exports', '/exports', 'export:read'),
    ],
  },
]

export function allowed(rights: Record<string, string[]>, right: string): boolean {
  const [resource = '', action = ''] = right.split(':')
  return right === '' || (rights[resource]?.includes(action) ?? false)
}

export function open_groups(rights: Record<string, string[]>): Group[] {
  return groups
    .map((group) => ({
      ...group,
      entries: group.entries.filter((one) => allowed(rights, one.right)),
    }))
    .filter((group) => group.entries.length > 0)
}

// The page of one's own account is open to everybody.
export const start_path = (rights: Record<string, string[]>) =>
  open_groups(rights)[0]?.entries[0]?.path ?? '/account'
