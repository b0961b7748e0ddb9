//! Tables and columns as data: what a step adds, written once for SQLite, PostgreSQL and MariaDB.
//!
//! Every instant is a `BIGINT` of milliseconds (UTC), because MariaDB turns native times past 2038
//! into NULL. Text that is indexed has a length, because MariaDB cannot index unbounded text; all
//! text compares byte by byte there (`utf8mb4_bin`), as it does on the other two.
//!
//! Unique indexes are named `uq__<table>__<column>__<column>`: the store reads the constraint's
//! columns back from that name.

use sea_orm_migration::sea_orm::DbBackend;
use sea_orm_migration::sea_query::{
    Alias, ColumnDef, ColumnType, Expr, ForeignKey, ForeignKeyAction, Index, IndexCreateStatement, StringLen,
    Table, TableCreateStatement,
};

/// The kinds of column PUM uses.
#[derive(Clone, Copy, Debug)]
enum Kind {
    Uuid,
    Text,
    LongText,
    Short(u32),
    Int,
    Big,
    Bool,
    Bytes,
}

/// One column. Not null unless said otherwise.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Column {
    name: &'static str,
    kind: Kind,
    null: bool,
    counted: bool,
    default: Option<i64>,
}

impl Column {
    const fn new(name: &'static str, kind: Kind) -> Self {
        Self { name, kind, null: false, counted: false, default: None }
    }

    /// May be absent.
    pub(crate) const fn null(mut self) -> Self {
        self.null = true;
        self
    }

    /// Numbered by the database, ascending and never reused.
    pub(crate) const fn counted(mut self) -> Self {
        self.counted = true;
        self
    }

    /// The value of rows that do not say.
    pub(crate) const fn default(mut self, value: i64) -> Self {
        self.default = Some(value);
        self
    }

    fn definition(&self, backend: DbBackend, sole_key: bool) -> ColumnDef {
        let kind = match (self.kind, backend) {
            (Kind::Uuid, _) => ColumnType::Uuid,
            (Kind::LongText, DbBackend::MySql) => ColumnType::custom("mediumtext"),
            (Kind::Bytes, DbBackend::MySql) => ColumnType::custom("mediumblob"),
            (Kind::Text | Kind::LongText, _) => ColumnType::Text,
            (Kind::Short(length), _) => ColumnType::String(StringLen::N(length)),
            (Kind::Int, _) => ColumnType::Integer,
            (Kind::Big, _) => ColumnType::BigInteger,
            (Kind::Bool, _) => ColumnType::Boolean,
            (Kind::Bytes, _) => ColumnType::Blob,
        };
        let mut column = ColumnDef::new_with_type(Alias::new(self.name), kind);
        if !self.null {
            column.not_null();
        }
        if let Some(value) = self.default {
            column.default(value);
        }
        if sole_key {
            column.primary_key();
        }
        if self.counted {
            column.auto_increment();
        }
        column
    }
}

pub(crate) const fn uuid(name: &'static str) -> Column {
    Column::new(name, Kind::Uuid)
}
/// Text up to 64 KiB, not indexed.
pub(crate) const fn text(name: &'static str) -> Column {
    Column::new(name, Kind::Text)
}
/// Text that may grow past 64 KiB: lists and documents.
pub(crate) const fn long_text(name: &'static str) -> Column {
    Column::new(name, Kind::LongText)
}
/// Text of at most `length` characters, which may be indexed.
pub(crate) const fn short(name: &'static str, length: u32) -> Column {
    Column::new(name, Kind::Short(length))
}
pub(crate) const fn int(name: &'static str) -> Column {
    Column::new(name, Kind::Int)
}
pub(crate) const fn big(name: &'static str) -> Column {
    Column::new(name, Kind::Big)
}
/// An instant: milliseconds since 1970, UTC.
pub(crate) const fn instant(name: &'static str) -> Column {
    Column::new(name, Kind::Big)
}
pub(crate) const fn yes_no(name: &'static str) -> Column {
    Column::new(name, Kind::Bool)
}
pub(crate) const fn bytes(name: &'static str) -> Column {
    Column::new(name, Kind::Bytes)
}

/// What happens to a row when the row it points at is deleted.
#[derive(Clone, Copy, Debug)]
struct Reference {
    column: &'static str,
    table: &'static str,
    cascade: bool,
}

#[derive(Clone, Debug)]
struct IndexDef {
    name: String,
    columns: &'static [&'static str],
    unique: bool,
}

impl IndexDef {
    fn of(table: &str, columns: &'static [&'static str], unique: bool) -> Self {
        let prefix = if unique { "uq" } else { "ix" };
        Self { name: format!("{prefix}__{table}__{}", columns.join("__")), columns, unique }
    }

    fn create(&self, table: &'static str) -> IndexCreateStatement {
        let mut create = Index::create();
        create.name(&self.name).table(Alias::new(table));
        for column in self.columns {
            create.col(Alias::new(*column));
        }
        if self.unique {
            create.unique();
        }
        create.take()
    }
}

/// A table with its key, references and indexes.
#[derive(Clone, Debug)]
pub(crate) struct NewTable {
    name: &'static str,
    columns: Vec<Column>,
    key: &'static [&'static str],
    references: Vec<Reference>,
    indexes: Vec<IndexDef>,
}

impl NewTable {
    /// A table whose primary key is its first column, unless [`key`](Self::key) says otherwise.
    pub(crate) fn named(name: &'static str, columns: &[Column]) -> Self {
        Self { name, columns: columns.to_vec(), key: &[], references: Vec::new(), indexes: Vec::new() }
    }

    pub(crate) fn name(&self) -> &'static str {
        self.name
    }

    /// A primary key of several columns.
    pub(crate) fn key(mut self, columns: &'static [&'static str]) -> Self {
        self.key = columns;
        self
    }

    /// The row belongs to a row of `table` and goes with it.
    pub(crate) fn part_of(mut self, column: &'static str, table: &'static str) -> Self {
        self.references.push(Reference { column, table, cascade: true });
        self
    }

    /// The row needs a row of `table`, which cannot be deleted before it.
    pub(crate) fn needs(mut self, column: &'static str, table: &'static str) -> Self {
        self.references.push(Reference { column, table, cascade: false });
        self
    }

    pub(crate) fn unique(mut self, columns: &'static [&'static str]) -> Self {
        self.indexes.push(IndexDef::of(self.name, columns, true));
        self
    }

    pub(crate) fn index(mut self, columns: &'static [&'static str]) -> Self {
        self.indexes.push(IndexDef::of(self.name, columns, false));
        self
    }

    /// The `CREATE TABLE`, safe to run again.
    pub(crate) fn create(&self, backend: DbBackend) -> TableCreateStatement {
        let mut table = Table::create();
        table.table(Alias::new(self.name)).if_not_exists();
        if backend == DbBackend::MySql {
            table.engine("InnoDB").character_set("utf8mb4").collate("utf8mb4_bin");
        }
        for (position, column) in self.columns.iter().enumerate() {
            let sole_key = self.key.is_empty() && position == 0;
            table.col(column.definition(backend, sole_key));
        }
        if !self.key.is_empty() {
            let mut key = Index::create();
            for column in self.key {
                key.col(Alias::new(*column));
            }
            table.primary_key(&mut key);
        }
        for reference in &self.references {
            let mut foreign = ForeignKey::create();
            foreign
                .name(format!("fk__{}__{}", self.name, reference.column))
                .from(Alias::new(self.name), Alias::new(reference.column))
                .to(Alias::new(reference.table), Alias::new("id"))
                .on_delete(if reference.cascade {
                    ForeignKeyAction::Cascade
                } else {
                    ForeignKeyAction::Restrict
                });
            table.foreign_key(&mut foreign);
        }
        table
    }

    /// The indexes with their names. `IF NOT EXISTS` is left to the caller: MySQL has none.
    pub(crate) fn indexes(&self) -> impl Iterator<Item = (&str, IndexCreateStatement)> {
        self.indexes.iter().map(|index| (index.name.as_str(), index.create(self.name)))
    }
}

/// Columns that a table gets later. Rows that are there need a value, so each may be absent or has a
/// default.
#[derive(Clone, Debug)]
pub(crate) struct NewColumns {
    table: &'static str,
    columns: Vec<Column>,
    computed: Vec<(&'static str, &'static str)>,
    indexes: Vec<IndexDef>,
}

impl NewColumns {
    pub(crate) fn of(table: &'static str, columns: &[Column]) -> Self {
        for column in columns {
            assert!(column.null || column.default.is_some(), "{table}.{} needs a default", column.name);
        }
        Self { table, columns: columns.to_vec(), computed: Vec::new(), indexes: Vec::new() }
    }

    pub(crate) fn table(&self) -> &'static str {
        self.table
    }

    /// A number that the database computes from the row's other columns, so that it never lags behind them.
    pub(crate) fn computed(mut self, name: &'static str, from: &'static str) -> Self {
        self.computed.push((name, from));
        self
    }

    pub(crate) fn index(mut self, columns: &'static [&'static str]) -> Self {
        self.indexes.push(IndexDef::of(self.table, columns, false));
        self
    }

    /// The columns by name.
    pub(crate) fn columns(&self, backend: DbBackend) -> impl Iterator<Item = (&'static str, ColumnDef)> {
        let written = self.columns.iter().map(move |column| (column.name, column.definition(backend, false)));
        let computed = self.computed.iter().map(move |(name, from)| {
            let mut column = ColumnDef::new_with_type(Alias::new(*name), ColumnType::BigInteger);
            // SQLite cannot add a stored one, PostgreSQL has no other; each can be indexed.
            column.generated(Expr::cust(*from), backend != DbBackend::Sqlite);
            (*name, column)
        });
        written.chain(computed)
    }

    /// As for a new table.
    pub(crate) fn indexes(&self) -> impl Iterator<Item = (&str, IndexCreateStatement)> {
        self.indexes.iter().map(|index| (index.name.as_str(), index.create(self.table)))
    }
}
