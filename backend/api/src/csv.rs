//! Lines of a CSV file that a spreadsheet opens without running anything in it.

/// One line with its end. A cell that a spreadsheet would take for a formula begins with an apostrophe.
pub fn line<'c>(cells: impl IntoIterator<Item = &'c str>) -> String {
    let mut line = String::new();
    for (position, cell) in cells.into_iter().enumerate() {
        if position > 0 {
            line.push(',');
        }
        write_cell(&mut line, cell);
    }
    line.push_str("\r\n");
    line
}

fn write_cell(line: &mut String, cell: &str) {
    let dangerous = cell.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let quoted = dangerous || cell.contains([',', '"', '\n', '\r']) || cell.trim() != cell;
    if quoted {
        line.push('"');
    }
    if dangerous {
        line.push('\'');
    }
    line.push_str(&cell.replace('"', "\"\""));
    if quoted {
        line.push('"');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_stay_text_and_stay_apart() {
        let cases = [
            (vec!["anna", "", "7"], "anna,,7\r\n"),
            (vec!["a,b", "say \"hi\"", "two\nlines"], "\"a,b\",\"say \"\"hi\"\"\",\"two\nlines\"\r\n"),
            (vec!["=1+1", "+49", "-2", "@SUM"], "\"'=1+1\",\"'+49\",\"'-2\",\"'@SUM\"\r\n"),
            (vec!["\t=1", " x"], "\"'\t=1\",\" x\"\r\n"),
        ];
        for (cells, expected) in cases {
            assert_eq!(line(cells.iter().copied()), expected, "{cells:?}");
        }
    }
}
