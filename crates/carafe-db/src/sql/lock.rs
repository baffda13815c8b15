//! Locks on the rows of a query.

use carafe_core::Result;
use carafe_model::query::{Held, Lock};

use super::compiler::Compiler;
use super::fragment::Fragment;
use super::from::{Group, Walk};

impl Compiler {
    pub(super) fn lock(&mut self, lock: &Lock, sql: &mut Fragment) -> Result<()> {
        let features = self.dialect.features();
        if !features.row_locks {
            // A transaction that writes is alone anyway.
            return Ok(());
        }
        let lacks = |what: &str| Err(self.dialect.lacks(what));
        match (lock.no_key, features.lock_no_key) {
            (true, true) => sql.push(" FOR NO KEY UPDATE"),
            (true, false) => return lacks("FOR NO KEY UPDATE"),
            (false, _) => sql.push(" FOR UPDATE"),
        }
        if !lock.of.is_empty() {
            if !features.lock_of {
                return lacks("FOR UPDATE OF");
            }
            let mut names = Vec::with_capacity(lock.of.len());
            for of in &lock.of {
                let table = match of {
                    None => 0,
                    Some(path) => {
                        let model = self.model()?;
                        let (mut table, mut here) = (0, model);
                        for field in path.fields(model)? {
                            let dialect = self.dialect;
                            let quote = |name: &str| dialect.quote(name);
                            let mut aliases = self.aliases;
                            let scope = self.scope()?;
                            (table, here) = Walk {
                                scope,
                                group: Group::Any,
                                aliases: &mut aliases,
                                quote: &quote,
                                filtered: None,
                            }
                            .row(table, here, field)?;
                        }
                        table
                    }
                };
                names.push(self.scope()?.alias(table).to_owned());
            }
            sql.push(&format!(" OF {}", names.join(", ")));
        }
        match lock.held {
            Held::Wait => {}
            _ if !features.lock_skip => return Err(self.dialect.lacks("NOWAIT and SKIP LOCKED")),
            Held::NoWait => sql.push(" NOWAIT"),
            Held::Skip => sql.push(" SKIP LOCKED"),
        }
        Ok(())
    }
}
