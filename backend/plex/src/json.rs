//! JSON into the common tree.

use serde_json::Value;

use crate::tree::{LIST, MEMBER, Node};

/// Reads one whole document. `None` if it is cut off.
pub(crate) fn read(body: &[u8]) -> Option<Node> {
    let value: Value = serde_json::from_slice(body).ok()?;
    let is_list = value.is_array();
    let mut root = Node { name: MEMBER.to_owned(), ..Node::default() };
    match value {
        Value::Array(members) => {
            members.into_iter().for_each(|member| root.children.push(node(MEMBER, member)))
        }
        other => root = node(MEMBER, other),
    }
    if is_list {
        LIST.clone_into(&mut root.text);
    }
    Some(root)
}

fn node(name: &str, value: Value) -> Node {
    let mut node = Node { name: name.to_owned(), ..Node::default() };
    match value {
        Value::Object(fields) => {
            for (key, value) in fields {
                match value {
                    Value::Array(members) => {
                        node.children.extend(members.into_iter().map(|member| self::node(&key, member)));
                    }
                    Value::Object(_) => node.children.push(self::node(&key, value)),
                    plain => {
                        if let Some(text) = plain_text(&plain) {
                            node.values.push((key, text));
                        }
                    }
                }
            }
        }
        Value::Array(members) => {
            node.children.extend(members.into_iter().map(|member| self::node(MEMBER, member)))
        }
        plain => node.text = plain_text(&plain).unwrap_or_default(),
    }
    node
}

fn plain_text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Bool(flag) => Some(flag.to_string()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}
