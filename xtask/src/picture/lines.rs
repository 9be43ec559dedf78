//! Box-drawing and block characters as shapes that meet exactly at the edges of their cells.

use super::CELL;

/// A character that is drawn as a shape, because a font would leave gaps.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Shape {
    /// A path to stroke, with the stroke's width.
    Stroke { path: String, width: f32 },
    /// A path to fill, with its opacity in percent.
    Fill { path: String, percent: u16 },
}

/// Returns the shape of `count` characters `drawn` from (`x`, `y`), or `None` if the font draws the character.
pub(super) fn shape(drawn: char, count: u16, x: f32, y: f32) -> Option<Shape> {
    if let Some(percent) = shade(drawn) {
        return Some(Shape::Fill { path: rectangle((x, y), (0, 0, 8, 8), count), percent });
    }
    if let Some(part) = block(drawn) {
        return Some(Shape::Fill { path: blocks((x, y), part, count), percent: 100 });
    }
    let (arms, width) = light(drawn).map(|arms| (arms, 1.0)).or_else(|| Some((heavy(drawn)?, 2.5)))?;
    let path = if matches!(arms, [false, true, false, true]) {
        format!("M{x} {}h{}", y + CELL.1 / 2.0, CELL.0 * f32::from(count))
    } else {
        (0..count).map(|n| cross(x + CELL.0 * f32::from(n), y, arms, rounded(drawn))).collect()
    };
    Some(Shape::Stroke { path, width })
}

/// The arms of a line character: up, right, down, left.
type Arms = [bool; 4];

fn light(drawn: char) -> Option<Arms> {
    Some(arms(match drawn {
        '─' => "rl",
        '│' => "ud",
        '┌' | '╭' => "rd",
        '┐' | '╮' => "dl",
        '└' | '╰' => "ur",
        '┘' | '╯' => "ul",
        '├' => "urd",
        '┤' => "udl",
        '┬' => "rdl",
        '┴' => "url",
        '┼' => "urdl",
        '╴' => "l",
        '╵' => "u",
        '╶' => "r",
        '╷' => "d",
        _ => return None,
    }))
}

fn heavy(drawn: char) -> Option<Arms> {
    Some(arms(match drawn {
        '━' => "rl",
        '┃' => "ud",
        '┏' => "rd",
        '┓' => "dl",
        '┗' => "ur",
        '┛' => "ul",
        '┣' => "urd",
        '┫' => "udl",
        '┳' => "rdl",
        '┻' => "url",
        '╋' => "urdl",
        '╸' => "l",
        '╹' => "u",
        '╺' => "r",
        '╻' => "d",
        _ => return None,
    }))
}

fn arms(named: &str) -> Arms {
    ['u', 'r', 'd', 'l'].map(|arm| named.contains(arm))
}

fn rounded(drawn: char) -> bool {
    matches!(drawn, '╭' | '╮' | '╯' | '╰')
}

/// Draws the arms from the middle of the cell to its edges.
fn cross(x: f32, y: f32, [up, right, down, left]: Arms, rounded: bool) -> String {
    let (middle_x, middle_y) = (x + CELL.0 / 2.0, y + CELL.1 / 2.0);
    let vertical = if up { y } else { y + CELL.1 };
    let horizontal = if left { x } else { x + CELL.0 };
    if rounded {
        let bend = if up { middle_y - CELL.0 / 2.0 } else { middle_y + CELL.0 / 2.0 };
        return format!("M{middle_x} {vertical}V{bend}Q{middle_x} {middle_y} {horizontal} {middle_y}");
    }
    match (up, right, down, left) {
        // A corner is one stroke, because two would leave its outer edge open.
        (true, _, false, _) | (false, _, true, _) if left != right => {
            format!("M{middle_x} {vertical}V{middle_y}H{horizontal}")
        }
        _ => {
            let to = |is_there: bool, from: f32, edge: f32| if is_there { edge } else { from };
            let (top, bottom) = (to(up, middle_y, y), to(down, middle_y, y + CELL.1));
            let (start, end) = (to(left, middle_x, x), to(right, middle_x, x + CELL.0));
            let vertical = (up || down).then(|| format!("M{middle_x} {top}V{bottom}"));
            let horizontal = (left || right).then(|| format!("M{start} {middle_y}H{end}"));
            [vertical, horizontal].into_iter().flatten().collect()
        }
    }
}

/// A part of a cell in eighths: left, top, right, bottom.
type Part = (u8, u8, u8, u8);

fn block(drawn: char) -> Option<Part> {
    Some(match drawn {
        '█' => (0, 0, 8, 8),
        '▀' => (0, 0, 8, 4),
        '▔' => (0, 0, 8, 1),
        '▐' => (4, 0, 8, 8),
        '▕' => (7, 0, 8, 8),
        '▁'..='▇' => (0, 8 - eighths('▁', drawn), 8, 8),
        '▉'..='▏' => (0, 0, 8 - eighths('▉', drawn), 8),
        _ => return None,
    })
}

fn eighths(first: char, drawn: char) -> u8 {
    u8::try_from(u32::from(drawn) - u32::from(first) + 1).unwrap_or(8)
}

fn shade(drawn: char) -> Option<u16> {
    Some(match drawn {
        '░' => 25,
        '▒' => 50,
        '▓' => 75,
        _ => return None,
    })
}

fn blocks((x, y): (f32, f32), part: Part, count: u16) -> String {
    if part.0 == 0 && part.2 == 8 {
        return rectangle((x, y), part, count);
    }
    (0..count).map(|n| rectangle((x + CELL.0 * f32::from(n), y), part, 1)).collect()
}

fn rectangle((x, y): (f32, f32), (left, top, right, bottom): Part, count: u16) -> String {
    let (across, down) = (|n: u8| CELL.0 * f32::from(n) / 8.0, |n: u8| CELL.1 * f32::from(n) / 8.0);
    let (width, height) = (across(right - left) * f32::from(count), down(bottom - top));
    format!("M{} {}h{width}v{height}h-{width}z", x + across(left), y + down(top))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stroke(drawn: char, count: u16) -> String {
        match shape(drawn, count, 0.0, 0.0) {
            Some(Shape::Stroke { path, .. }) => path,
            other => panic!("{drawn} became {other:?}"),
        }
    }

    fn fill(drawn: char, count: u16) -> String {
        match shape(drawn, count, 0.0, 0.0) {
            Some(Shape::Fill { path, .. }) => path,
            other => panic!("{drawn} became {other:?}"),
        }
    }

    #[test]
    fn a_horizontal_line_is_one_stroke_however_long() {
        assert_eq!(stroke('─', 100), "M0 10h900");
    }

    #[test]
    fn lines_reach_the_edges_where_the_next_cell_goes_on() {
        assert_eq!(stroke('│', 1), "M4.5 0V20");
        assert_eq!(stroke('┌', 1), "M4.5 20V10H9");
        assert_eq!(stroke('┘', 1), "M4.5 0V10H0");
        assert_eq!(stroke('├', 1), "M4.5 0V20M4.5 10H9");
        assert_eq!(stroke('┼', 2), "M4.5 0V20M0 10H9M13.5 0V20M9 10H18");
    }

    #[test]
    fn rounded_corners_bend() {
        assert_eq!(stroke('╭', 1), "M4.5 20V14.5Q4.5 10 9 10");
        assert_eq!(stroke('╯', 1), "M4.5 0V5.5Q4.5 10 0 10");
    }

    #[test]
    fn heavy_lines_are_wider_than_light_ones() {
        let width = |drawn| match shape(drawn, 1, 0.0, 0.0) {
            Some(Shape::Stroke { width, .. }) => width,
            other => panic!("{drawn} became {other:?}"),
        };
        assert!(width('┃') > width('│'));
    }

    #[test]
    fn blocks_fill_their_part_of_the_cell() {
        assert_eq!(fill('█', 10), "M0 0h90v20h-90z");
        assert_eq!(fill('▁', 1), "M0 17.5h9v2.5h-9z");
        assert_eq!(fill('▇', 1), "M0 2.5h9v17.5h-9z");
        assert_eq!(fill('▌', 2), "M0 0h4.5v20h-4.5zM9 0h4.5v20h-4.5z");
        assert_eq!(fill('▏', 1), "M0 0h1.125v20h-1.125z");
        assert_eq!(fill('▀', 1), "M0 0h9v10h-9z");
    }

    #[test]
    fn letters_and_double_lines_are_the_font_s() {
        assert_eq!(shape('a', 1, 0.0, 0.0), None);
        assert_eq!(shape('═', 1, 0.0, 0.0), None);
    }
}
