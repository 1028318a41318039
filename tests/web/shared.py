"""What runs on the servers that tests share. Each job belongs to one test, but for those that are only looked at.

FOLDER: where files of the jobs are; OUTAGE: when, each day, the outage was.
"""

APP = "tests.web.typed"
BOARD = r"""
project: shop
zone: Europe/Berlin
jobs:
  backup:
    description: |
      # Nightly backup

      Copies **everything** that changed, with `rsync`. Runbook: https://wiki.example/backup

      - first the database
      - then the pictures
    shell: sleep 0.2; echo saved 1 204 files
    every: 15m
    timeout: 1m
  invoices: {shell: 'echo "12 invoices sent"', cron: "0 6 * * mon-fri", timeout: 10m}
  import-orders:
    shell: 'printf "\033[32mok\033[0m 17 orders\n\033[31mbroken\033[0m order 4711\n"; exit 3'
    cron: "*/20 * * * *"
    retries: {count: 1, delay: 1s}
  warm-cache: {shell: 'sleep 40', cron: "*/10 6-22 * * *", overlap: skip}
  sync-stock: {shell: echo synced, cron: "7,37 * * * *"}
  stocktake: {shell: echo counted, cron: "OUTAGE", zone: UTC, catch_up: none}
  export-ledger: {shell: echo exported, cron: "OUTAGE", zone: UTC, catch_up: none}
  rotate-keys: {shell: echo rotated, cron: "30 2 1 * *", protected: true}
  reindex: {shell: echo reindexed, cron: "15 4 * * *"}
  quiet: {shell: echo done}
  endless: {shell: 'echo begun; sleep 600 & wait'}
  given: {shell: 'echo "given $TICKWORK_PARAMS"'}
  chatty: {shell: 'for n in $(seq 1 150); do echo "line $n"; sleep 0.01; done; echo the end'}
  extract: {shell: echo extracted}
  transform: {shell: 'test -e FOLDER/mended || { echo no disk; exit 4; }', needs: [extract]}
  load: {shell: echo loaded, needs: [transform]}
  orders: {shell: echo orders, cron: "5 1 * * *"}
  customers: {shell: echo customers, cron: "5 1 * * *"}
  revenue: {shell: echo revenue, needs: [orders, customers]}
  churn: {shell: echo churn, needs: [customers]}
  report: {shell: echo report, needs: [revenue, churn]}
  mail-report: {shell: echo mailed, after: {report: success}}
  alarm: {shell: echo alarm, after: {report: failure}}
  everywhere: {shell: echo here, on: all}
"""
ETL = """
project: etl
jobs:
  load: {shell: 'echo load'}
  check: {shell: 'exit 3', after: load}
  alarm: {shell: 'echo alarm', after: {check: failure}}
  hourly: {shell: 'true', cron: '7 * * * *'}
"""
OFFICE = """
project: office
zone: Europe/Berlin
jobs:
  lonely: {shell: echo lonely, pool: gpu}
  asked: {shell: 'for n in $(seq 1 500); do echo line $n; done'}
  moved: {shell: echo moved, cron: '30 2 * * *'}
  written: {shell: echo written, cron: '30 2 * * *'}
  disputed: {shell: echo disputed, cron: '30 2 * * *'}
  counted: {shell: echo counted, cron: 'OUTAGE', zone: UTC, catch_up: none}
  filed: {shell: echo filed, cron: 'OUTAGE', zone: UTC, catch_up: none}
"""
