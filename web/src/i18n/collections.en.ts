// SPDX-License-Identifier: Apache-2.0
import type { collections_zh } from './collections.zh'

export const collections_en: typeof collections_zh = {
  collections: {
    title: 'Collections',
    none: 'No collections of this system yet. Bundles that are handed in appear here.',
    host: 'Host',
    count: 'Collections',
    newest: 'Newest',
    before: 'Before',
    after: 'After',
    compare: 'Compare two collections',
    pick_host: 'Choose a host',
    one_only: 'This host was collected once; collect it again to compare',
    same: 'Nothing changed between the two collections',
    changes: '{count} changes',
    unknown: 'Not compared',
    kinds: { added: 'Added', removed: 'Removed', changed: 'Changed' },
    item: 'Object',
    what: 'Change',
    line: '{path}, line {line}',
    nothing: '(none)',
    exposure: 'Listening to others',
    exposure_hint:
      'Databases, management back ends and remote maintenance by the newest collections; whether the border opens them to the internet is confirmed by scans',
    exposure_none: 'No database or management port listens to others',
    service: 'Service',
    kind: 'Kind',
    address: 'Listens on',
    process: 'Process',
    reach: 'Reach',
    reaches: { internet: 'Internet address', network: 'Network' },
    unknown_sockets: 'Cannot be told: {reason}',
  },
}
