//! JSON into the common tree, without a tree of its own in between: a list of two hundred sessions is most of what a
//! look at them costs.

use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};

use crate::tree::{LIST, MEMBER, Node};

/// Reads one whole document. `None` if it is cut off.
pub(crate) fn read(body: &[u8]) -> Option<Node> {
    let whole: Value = serde_json::from_slice(body).ok()?;
    let is_list = matches!(whole, Value::List(_));
    let mut root = whole.into_node(MEMBER);
    if is_list {
        LIST.clone_into(&mut root.text);
    }
    Some(root)
}

/// What stands behind a key, before its name is known to it.
enum Value {
    Null,
    Plain(String),
    Object(Node),
    List(Vec<Self>),
}

impl Value {
    fn into_node(self, name: &str) -> Node {
        let mut node = match self {
            Self::Null => Node::default(),
            Self::Plain(text) => Node { text, ..Node::default() },
            Self::Object(node) => node,
            Self::List(members) => {
                let children = members.into_iter().map(|member| member.into_node(MEMBER)).collect();
                Node { children, ..Node::default() }
            }
        };
        name.clone_into(&mut node.name);
        node
    }
}

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ValueVisitor)
    }
}

struct ValueVisitor;

impl<'de> Visitor<'de> for ValueVisitor {
    type Value = Value;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, flag: bool) -> Result<Value, E> {
        Ok(Value::Plain(flag.to_string()))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Value, E> {
        Ok(Value::Plain(number.to_string()))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Value, E> {
        Ok(Value::Plain(number.to_string()))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Value, E> {
        Ok(Value::Plain(number.to_string()))
    }

    fn visit_str<E>(self, text: &str) -> Result<Value, E> {
        Ok(Value::Plain(text.to_owned()))
    }

    fn visit_string<E>(self, text: String) -> Result<Value, E> {
        Ok(Value::Plain(text))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Value, A::Error> {
        let mut members = Vec::new();
        while let Some(member) = list.next_element()? {
            members.push(member);
        }
        Ok(Value::List(members))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Value, A::Error> {
        let mut node = Node::default();
        while let Some((key, value)) = object.next_entry::<String, Value>()? {
            match value {
                Value::Null => {}
                Value::Plain(text) => node.values.push((key, text)),
                Value::List(members) => {
                    node.children.extend(members.into_iter().map(|member| member.into_node(&key)));
                }
                Value::Object(_) => node.children.push(value.into_node(&key)),
            }
        }
        Ok(Value::Object(node))
    }
}
