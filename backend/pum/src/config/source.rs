//! Where a value comes from: the environment, a file named by `NAME_FILE`, or `.env`; in this order.
//!
//! Nothing else in PUM reads the environment. An empty value counts as absent, because compose files
//! hand over `NAME=${NAME:-}` for what nobody set.

use super::problems::Problem;
use super::variables::VARIABLES;
use std::collections::BTreeMap;
use std::fmt;
use std::io::Read as _;
use std::path::{Path, PathBuf};

/// The longest file that `NAME_FILE` may point at, in bytes. Keys and tokens are far shorter.
const LONGEST_FILE: u64 = 64 * 1024;

/// Where a value was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    Environment,
    DotEnv,
    File(PathBuf),
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Environment => f.write_str("environment"),
            Self::DotEnv => f.write_str(".env"),
            Self::File(path) => write!(f, "{}", path.display()),
        }
    }
}

/// A value as it was found, not yet understood. No `Debug`: it may be a secret.
pub struct Given {
    pub value: String,
    pub origin: Origin,
}

/// All known variables that have a value.
pub struct Source {
    given: BTreeMap<&'static str, Given>,
}

impl Source {
    /// Reads the process environment and `.env` in the working directory.
    #[allow(clippy::disallowed_methods, reason = "the one place that reads the environment")]
    pub fn from_process() -> (Self, Vec<Problem>) {
        let mut problems = Vec::new();
        let mut environment = BTreeMap::new();
        for (name, value) in std::env::vars_os() {
            let Ok(name) = name.into_string() else { continue };
            match value.into_string() {
                Ok(value) => drop(environment.insert(name, value)),
                Err(_) if is_known(&name) => {
                    problems.push(Problem::new(&name, "is not valid UTF-8", "Save it again as UTF-8 text."))
                }
                Err(_) => {}
            }
        }
        let dot_env = read_dot_env(Path::new(".env"), &mut problems);
        let (source, more) = Self::from_maps(&environment, &dot_env);
        problems.extend(more);
        (source, problems)
    }

    /// The same from two maps, for tests.
    pub fn from_maps(
        environment: &BTreeMap<String, String>,
        dot_env: &BTreeMap<String, String>,
    ) -> (Self, Vec<Problem>) {
        let mut problems = Vec::new();
        let mut given = BTreeMap::new();
        for variable in VARIABLES {
            // The environment wins as a whole: `NAME_FILE` there beats `NAME` in `.env`.
            let found = look_up(variable.name, environment, Origin::Environment, &mut problems)
                .or_else(|| look_up(variable.name, dot_env, Origin::DotEnv, &mut problems));
            if let Some(found) = found {
                given.insert(variable.name, found);
            }
        }
        (Self { given }, problems)
    }

    /// Which variables were found, in the catalogue's order, and where.
    pub fn given(&self) -> Vec<(&'static str, Origin)> {
        let found = |name| Some((name, self.given.get(name)?.origin.clone()));
        VARIABLES.iter().filter_map(|variable| found(variable.name)).collect()
    }

    /// What was found under a name.
    pub fn get(&self, name: &str) -> Option<&Given> {
        debug_assert!(is_known(name), "{name} is missing in the catalogue of variables");
        self.given.get(name)
    }
}

fn is_known(name: &str) -> bool {
    super::variables::find(name.strip_suffix("_FILE").unwrap_or(name)).is_some()
}

fn look_up(
    name: &'static str,
    values: &BTreeMap<String, String>,
    origin: Origin,
    problems: &mut Vec<Problem>,
) -> Option<Given> {
    let present = |name: &str| values.get(name).map(|v| v.trim()).filter(|v| !v.is_empty());
    let file_name = format!("{name}_FILE");
    match (present(name), present(&file_name)) {
        (None, None) => None,
        (Some(value), None) => Some(Given { value: value.to_owned(), origin }),
        (Some(_), Some(_)) => {
            problems.push(Problem::new(
                name,
                &format!("is set together with {file_name}"),
                "Keep one of the two and unset the other.",
            ));
            None
        }
        (None, Some(path)) => match read_value_file(Path::new(path)) {
            Ok(value) => Some(Given { value, origin: Origin::File(path.into()) }),
            Err(why) => {
                problems.push(Problem::new(
                    &file_name,
                    &format!("names a file that cannot be used: {why}"),
                    "Point it at a readable text file that holds only the value.",
                ));
                None
            }
        },
    }
}

fn read_value_file(path: &Path) -> Result<String, String> {
    let file = std::fs::File::open(path).map_err(|e| e.to_string())?;
    let mut text = String::new();
    file.take(LONGEST_FILE + 1).read_to_string(&mut text).map_err(|e| e.to_string())?;
    if text.len() as u64 > LONGEST_FILE {
        return Err(format!("it is longer than {LONGEST_FILE} bytes"));
    }
    let value = text.trim();
    if value.is_empty() {
        return Err("it is empty".to_owned());
    }
    Ok(value.to_owned())
}

fn read_dot_env(path: &Path, problems: &mut Vec<Problem>) -> BTreeMap<String, String> {
    let mut values = BTreeMap::new();
    let entries = match dotenvy::from_path_iter(path) {
        Ok(entries) => entries,
        Err(error) if error.not_found() => return values,
        Err(_) => {
            problems.push(Problem::new(".env", "cannot be opened", "Make it readable for PUM or remove it."));
            return values;
        }
    };
    for entry in entries {
        match entry {
            Ok((name, value)) => drop(values.insert(name, value)),
            // The error quotes the line, which may hold a secret, so it is not repeated here.
            Err(_) => {
                problems.push(Problem::new(
                    ".env",
                    "has a line that is not NAME=value",
                    "Put values with spaces, quotes or # into single quotes.",
                ));
                break;
            }
        }
    }
    values
}
