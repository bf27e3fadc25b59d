// SPDX-License-Identifier: Apache-2.0
// The sign of each entry of the navigation.
import {
  Avatar,
  Bell,
  Box,
  Checked,
  Coin,
  DataAnalysis,
  Document,
  Files,
  Histogram,
  Key,
  Monitor,
  Notebook,
  Phone,
  Setting,
  Sort,
  Stamp,
  Timer,
  User,
} from '@element-plus/icons-vue'
import type { Component } from 'vue'

export const icons: Record<string, Component> = {
  overview: DataAnalysis,
  assessments: Checked,
  files: Files,
  systems: Monitor,
  filings: Document,
  grading: Histogram,
  assets: Box,
  imports: Sort,
  clearance: Avatar,
  jobs: Timer,
  settings: Setting,
  data_items: Coin,
  contacts: Phone,
  risk_notices: Bell,
  contract: Notebook,
  accounts: User,
  roles: Key,
  audit: Stamp,
}
