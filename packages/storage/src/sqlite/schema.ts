/** The schema revision of Optuna 3.2 to 5. */
export const revision = 'v3.2.0.a';

/** Revisions of older releases, which `optuna storage upgrade` can upgrade. */
export const olderRevisions: readonly string[] = [
  'v0.9.0.a',
  'v1.2.0.a',
  'v1.3.0.a',
  'v2.4.0.a',
  'v2.6.0.a',
  'v3.0.0.a',
  'v3.0.0.b',
  'v3.0.0.c',
  'v3.0.0.d',
];

/** Optuna's schema version, unchanged since 2.0. */
export const schemaVersion = 12;

/** Optuna uses this text in messages only. */
export const libraryVersion = 'asktell 0.1.0';

function attributes(table: string, id: string, owner: 'study' | 'trial'): string {
  return `CREATE TABLE ${table} (
  ${id} INTEGER NOT NULL,
  ${owner}_id INTEGER,
  "key" VARCHAR(512),
  value_json TEXT,
  PRIMARY KEY (${id}),
  UNIQUE (${owner}_id, "key"),
  FOREIGN KEY(${owner}_id) REFERENCES ${owner === 'study' ? 'studies (study_id)' : 'trials (trial_id)'}
)`;
}

/** Optuna's tables by name. Each table comes after the tables it references. */
export const tables: { readonly [table: string]: readonly string[] } = {
  studies: [
    `CREATE TABLE studies (
  study_id INTEGER NOT NULL,
  study_name VARCHAR(512) NOT NULL,
  PRIMARY KEY (study_id)
)`,
    'CREATE UNIQUE INDEX ix_studies_study_name ON studies (study_name)',
  ],
  version_info: [
    `CREATE TABLE version_info (
  version_info_id INTEGER NOT NULL,
  schema_version INTEGER,
  library_version VARCHAR(256),
  PRIMARY KEY (version_info_id),
  CHECK (version_info_id=1)
)`,
  ],
  study_directions: [
    `CREATE TABLE study_directions (
  study_direction_id INTEGER NOT NULL,
  direction VARCHAR(8) NOT NULL,
  study_id INTEGER NOT NULL,
  objective INTEGER NOT NULL,
  PRIMARY KEY (study_direction_id),
  UNIQUE (study_id, objective),
  FOREIGN KEY(study_id) REFERENCES studies (study_id)
)`,
  ],
  study_user_attributes: [attributes('study_user_attributes', 'study_user_attribute_id', 'study')],
  study_system_attributes: [attributes('study_system_attributes', 'study_system_attribute_id', 'study')],
  trials: [
    `CREATE TABLE trials (
  trial_id INTEGER NOT NULL,
  number INTEGER,
  study_id INTEGER,
  state VARCHAR(8) NOT NULL,
  datetime_start DATETIME,
  datetime_complete DATETIME,
  PRIMARY KEY (trial_id),
  FOREIGN KEY(study_id) REFERENCES studies (study_id)
)`,
    'CREATE INDEX ix_trials_study_id ON trials (study_id)',
  ],
  trial_user_attributes: [attributes('trial_user_attributes', 'trial_user_attribute_id', 'trial')],
  trial_system_attributes: [attributes('trial_system_attributes', 'trial_system_attribute_id', 'trial')],
  trial_params: [
    `CREATE TABLE trial_params (
  param_id INTEGER NOT NULL,
  trial_id INTEGER,
  param_name VARCHAR(512),
  param_value FLOAT,
  distribution_json TEXT,
  PRIMARY KEY (param_id),
  UNIQUE (trial_id, param_name),
  FOREIGN KEY(trial_id) REFERENCES trials (trial_id)
)`,
  ],
  trial_values: [
    `CREATE TABLE trial_values (
  trial_value_id INTEGER NOT NULL,
  trial_id INTEGER NOT NULL,
  objective INTEGER NOT NULL,
  value FLOAT,
  value_type VARCHAR(7) NOT NULL,
  PRIMARY KEY (trial_value_id),
  UNIQUE (trial_id, objective),
  FOREIGN KEY(trial_id) REFERENCES trials (trial_id)
)`,
  ],
  trial_intermediate_values: [
    `CREATE TABLE trial_intermediate_values (
  trial_intermediate_value_id INTEGER NOT NULL,
  trial_id INTEGER NOT NULL,
  step INTEGER NOT NULL,
  intermediate_value FLOAT,
  intermediate_value_type VARCHAR(7) NOT NULL,
  PRIMARY KEY (trial_intermediate_value_id),
  UNIQUE (trial_id, step),
  FOREIGN KEY(trial_id) REFERENCES trials (trial_id)
)`,
  ],
  trial_heartbeats: [
    `CREATE TABLE trial_heartbeats (
  trial_heartbeat_id INTEGER NOT NULL,
  trial_id INTEGER NOT NULL,
  heartbeat DATETIME NOT NULL,
  PRIMARY KEY (trial_heartbeat_id),
  UNIQUE (trial_id),
  FOREIGN KEY(trial_id) REFERENCES trials (trial_id)
)`,
  ],
  alembic_version: [
    `CREATE TABLE alembic_version (
  version_num VARCHAR(32) NOT NULL,
  CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
)`,
  ],
};

/** Statements for the version rows that Optuna and its dashboard require. */
export const versionRows: readonly string[] = [
  `INSERT INTO version_info (version_info_id, schema_version, library_version)
SELECT 1, ${schemaVersion}, '${libraryVersion}' WHERE NOT EXISTS (SELECT * FROM version_info)`,
  `INSERT INTO alembic_version (version_num) SELECT '${revision}' WHERE NOT EXISTS (SELECT * FROM alembic_version)`,
];
