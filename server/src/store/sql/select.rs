//! A query as SQL that all supported databases understand.

use std::fmt::Write;

use crate::store::{
    cursor::Key,
    order::{OrderBy, lowered},
    query::Query,
};

/// The maximum number of trucks to count. Beyond it, counting costs more than the number is worth.
pub(super) const COUNTED: i64 = 10_000;

/// A statement, and the values bound to `$1`, `$2`, …
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Select {
    pub(super) text: String,
    pub(super) binds: Vec<Bind>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Bind {
    Text(String),
    Number(i64),
}

/// Returns the statement that reads a page and, if there is one, one row more. `position` is the database's name of the
/// function that finds a substring.
pub(super) fn page(query: &Query, position: &str) -> Select {
    let mut select = filtered(query, position);
    let (column, direction, beyond) = match (query.order.by, query.order.descending) {
        (OrderBy::Created, false) => ("", "", ">"),
        (OrderBy::Created, true) => ("", " DESC", "<"),
        (OrderBy::Updated, false) => ("updated_at", "", ">"),
        (OrderBy::Updated, true) => ("updated_at", " DESC", "<"),
        (OrderBy::Make, false) => ("make_key", "", ">"),
        (OrderBy::Make, true) => ("make_key", " DESC", "<"),
    };
    if let Some(cursor) = &query.after {
        match &cursor.key {
            Key::Age => select.and(format_args!("seq {beyond} "), Bind::Number(cursor.seq)),
            key => {
                let key = match key {
                    Key::Make(make) => Bind::Text(make.clone()),
                    Key::Moment(moment) => Bind::Number(*moment),
                    Key::Age => Bind::Number(cursor.seq),
                };
                select.and(format_args!("({column}, seq) {beyond} ("), key);
                select.text.push_str(", ");
                select.bind(Bind::Number(cursor.seq));
                select.text.push(')');
            }
        }
    }
    select.text.insert_str(
        0,
        concat!(
            "SELECT ",
            "seq, id, make, model, license_plate, status, created_at, updated_at, version",
            " FROM trucks"
        ),
    );
    select.text.push_str(" ORDER BY ");
    if !column.is_empty() {
        let _ = write!(select.text, "{column}{direction}, ");
    }
    let _ = write!(select.text, "seq{direction}");
    if let Some(limit) = query.limit {
        select.text.push_str(" LIMIT ");
        select.bind(Bind::Number(i64::from(limit) + 1));
    }
    select
}

/// Returns the statement that counts the matching trucks, up to a limit.
pub(super) fn count(query: &Query, position: &str) -> Select {
    let mut select = filtered(query, position);
    select.text = format!(
        "SELECT count(*) FROM (SELECT 1 FROM trucks{} LIMIT {}) AS counted",
        select.text,
        COUNTED + 1
    );
    select
}

fn filtered(query: &Query, position: &str) -> Select {
    let mut select = Select { text: String::new(), binds: Vec::new() };
    if let Some(status) = query.status {
        select.and(format_args!("status = "), Bind::Text(status.as_str().to_owned()));
    }
    if let Some(make) = &query.make {
        select.and(format_args!("make_key = "), Bind::Text(lowered(make)));
    }
    if let Some(search) = &query.search {
        select.and(format_args!("{position}(search, "), Bind::Text(lowered(search)));
        select.text.push_str(") > 0");
    }
    select
}

impl Select {
    fn and(&mut self, condition: std::fmt::Arguments<'_>, bind: Bind) {
        self.text.push_str(if self.binds.is_empty() { " WHERE " } else { " AND " });
        let _ = self.text.write_fmt(condition);
        self.bind(bind);
    }

    fn bind(&mut self, bind: Bind) {
        self.binds.push(bind);
        let _ = write!(self.text, "${}", self.binds.len());
    }
}

#[cfg(test)]
mod tests {
    use hello_shared::TruckStatus;

    use super::*;
    use crate::store::Cursor;

    #[test]
    fn every_value_of_a_query_is_a_bound_parameter() {
        let order = "-make".parse().unwrap();
        let query = Query {
            status: Some(TruckStatus::Retired),
            make: Some("ŠKODA'; --".into()),
            search: Some("V8%".into()),
            order,
            after: Some(Cursor { order, key: Key::Make("volvo".into()), seq: 7 }),
            limit: Some(100),
        };
        let select = page(&query, "instr");
        insta::assert_snapshot!(select.text, @"SELECT seq, id, make, model, license_plate, status, created_at, updated_at, version FROM trucks WHERE status = $1 AND make_key = $2 AND instr(search, $3) > 0 AND (make_key, seq) < ($4, $5) ORDER BY make_key DESC, seq DESC LIMIT $6");
        assert_eq!(select.binds[1], Bind::Text("škoda'; --".into()));
        insta::assert_snapshot!(count(&query, "instr").text, @"SELECT count(*) FROM (SELECT 1 FROM trucks WHERE status = $1 AND make_key = $2 AND instr(search, $3) > 0 LIMIT 10001) AS counted");
    }

    #[test]
    fn the_whole_fleet_is_read_oldest_first() {
        insta::assert_snapshot!(page(&Query::default(), "instr").text, @"SELECT seq, id, make, model, license_plate, status, created_at, updated_at, version FROM trucks ORDER BY seq");
    }
}
