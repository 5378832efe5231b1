<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de" sourcelanguage="en">
 <context>
  <name>Animation</name>
  <message>
   <source>Kairos: animation</source>
   <translation>Kairos: Animation</translation>
  </message>
  <message>
   <source>frames of the animation</source>
   <translation>Bilder der Animation</translation>
  </message>
  <message>
   <source>{} frames are ready: play or export them in the Temporal Controller (clock button).</source>
   <translation>{} Bilder sind bereit: spielen oder exportieren Sie sie mit der Zeitsteuerung (Knopf mit der Uhr).</translation>
  </message>
 </context>
 <context>
  <name>BrushLayers</name>
  <message>
   <source>Mask of {}</source>
   <translation>Maske von {}</translation>
  </message>
  <message>
   <source>What counts as cloud</source>
   <translation>Was als Wolke gilt</translation>
  </message>
  <message>
   <source>clear, painted</source>
   <translation>klar, gemalt</translation>
  </message>
  <message>
   <source>cloud, by the mask</source>
   <translation>Wolke, laut Maske</translation>
  </message>
  <message>
   <source>cloud, painted</source>
   <translation>Wolke, gemalt</translation>
  </message>
  <message>
   <source>{}, as acquired</source>
   <translation>{}, wie aufgenommen</translation>
  </message>
 </context>
 <context>
  <name>BrushPanel</name>
  <message>
   <source>1 pixel</source>
   <translation>1 Pixel</translation>
  </message>
  <message>
   <source>Clear</source>
   <translation>Klar</translation>
  </message>
  <message>
   <source>Close</source>
   <translation>Schließen</translation>
  </message>
  <message>
   <source>Cloud</source>
   <translation>Wolke</translation>
  </message>
  <message>
   <source>Discard</source>
   <translation>Verwerfen</translation>
  </message>
  <message>
   <source>Erase</source>
   <translation>Radieren</translation>
  </message>
  <message>
   <source>Nothing is painted yet</source>
   <translation>Noch ist nichts gemalt</translation>
  </message>
  <message>
   <source>Paint clear ground taken for cloud (X swaps)</source>
   <translation>Klaren Boden malen, der für Wolke gehalten wurde (X wechselt)</translation>
  </message>
  <message>
   <source>Paint cloud that the mask missed (X swaps)</source>
   <translation>Wolke malen, die der Maske entgangen ist (X wechselt)</translation>
  </message>
  <message>
   <source>Put the brush away (Escape)</source>
   <translation>Den Pinsel weglegen (Escape)</translation>
  </message>
  <message>
   <source>Put the brush away; the strokes are lost</source>
   <translation>Den Pinsel weglegen; die Striche gehen verloren</translation>
  </message>
  <message>
   <source>Redo</source>
   <translation>Wiederholen</translation>
  </message>
  <message>
   <source>Save the mask</source>
   <translation>Maske speichern</translation>
  </message>
  <message>
   <source>Take paint away: as the mask says</source>
   <translation>Farbe wegnehmen: wie die Maske sagt</translation>
  </message>
  <message>
   <source>Undo</source>
   <translation>Rückgängig</translation>
  </message>
  <message>
   <source>Width of the brush</source>
   <translation>Breite des Pinsels</translation>
  </message>
  <message>
   <source>Width of the brush ([ and ], or Shift and the wheel)</source>
   <translation>Breite des Pinsels ([ und ] oder Umschalt und Mausrad)</translation>
  </message>
  <message>
   <source>Write the strokes beside the images, and update what was cleaned there</source>
   <translation>Die Striche neben den Bildern speichern und dort Bereinigtes auffrischen</translation>
  </message>
  <message>
   <source>{} pixels</source>
   <translation>{} Pixel</translation>
  </message>
 </context>
 <context>
  <name>BrushSaving</name>
  <message>
   <source>One cleaned image was</source>
   <translation>Ein bereinigtes Bild wurde</translation>
  </message>
  <message>
   <source>The mask is saved; the cleaned images were not all updated.</source>
   <translation>Die Maske ist gespeichert; nicht alle bereinigten Bilder wurden aufgefrischt.</translation>
  </message>
  <message>
   <source>The mask of {} is saved.</source>
   <translation>Die Maske von {} ist gespeichert.</translation>
  </message>
  <message>
   <source>Update cleaned images</source>
   <translation>Bereinigte Bilder auffrischen</translation>
  </message>
  <message>
   <source>one image</source>
   <translation>einem Bild</translation>
  </message>
  <message>
   <source>updating what was cleaned</source>
   <translation>Bereinigtes wird aufgefrischt</translation>
  </message>
  <message>
   <source>{} cleaned images were</source>
   <translation>{} bereinigte Bilder wurden</translation>
  </message>
  <message>
   <source>{} images</source>
   <translation>{} Bildern</translation>
  </message>
  <message>
   <source>{} updated where you painted.</source>
   <translation>{} aufgefrischt, wo Sie gemalt haben.</translation>
  </message>
 </context>
 <context>
  <name>Brushing</name>
  <message>
   <source>Mask of {}</source>
   <translation>Maske von {}</translation>
  </message>
  <message>
   <source>No image was acquired on this day: step to one with Page Up or Down.</source>
   <translation>An diesem Tag wurde kein Bild aufgenommen: gehen Sie mit Bild auf oder Bild ab zu einem.</translation>
  </message>
  <message>
   <source>Orange counts as cloud. Paint on the map what the mask got wrong.</source>
   <translation>Orange gilt als Wolke. Malen Sie auf die Karte, was die Maske falsch hat.</translation>
  </message>
  <message>
   <source>Reading the mask...</source>
   <translation>Maske wird gelesen...</translation>
  </message>
  <message>
   <source>The strokes are not saved: choose Save the mask or Discard.</source>
   <translation>Die Striche sind nicht gespeichert: wählen Sie Maske speichern oder Verwerfen.</translation>
  </message>
 </context>
 <context>
  <name>Choosing</name>
  <message>
   <source>All files</source>
   <translation>Alle Dateien</translation>
  </message>
  <message>
   <source>File with images</source>
   <translation>Datei mit Bildern</translation>
  </message>
  <message>
   <source>Folder of images</source>
   <translation>Ordner mit Bildern</translation>
  </message>
  <message>
   <source>Images and lists of images (*.nc *.json *.zip *.tar *.tif *.vrt)</source>
   <translation>Bilder und Listen von Bildern (*.nc *.json *.zip *.tar *.tif *.vrt)</translation>
  </message>
  <message>
   <source>Left out, not a file on this computer: {}.</source>
   <translation>Ausgelassen, keine Datei auf diesem Rechner: {}.</translation>
  </message>
  <message>
   <source>Making the example...</source>
   <translation>Das Beispiel wird gemacht...</translation>
  </message>
  <message>
   <source>Select raster layers in the Layers panel first, one for each date.</source>
   <translation>Wählen Sie zuerst im Layerfenster Rasterlayer, einen für jedes Datum.</translation>
  </message>
  <message>
   <source>The folder {} cannot be read ({}).</source>
   <translation>Der Ordner {} lässt sich nicht lesen ({}).</translation>
  </message>
 </context>
 <context>
  <name>Cleaning</name>
  <message>
   <source>, {:.0f} min left</source>
   <translation>, noch {:.0f} min</translation>
  </message>
  <message>
   <source>, {:.0f} s left</source>
   <translation>, noch {:.0f} s</translation>
  </message>
  <message>
   <source>Cancelled; {} images were finished.</source>
   <translation>Abgebrochen; {} Bilder wurden fertig.</translation>
  </message>
  <message>
   <source>Remove clouds</source>
   <translation>Wolken entfernen</translation>
  </message>
  <message>
   <source>adding layers</source>
   <translation>Layer werden hinzugefügt</translation>
  </message>
  <message>
   <source>starting</source>
   <translation>es beginnt</translation>
  </message>
  <message>
   <source>{} images cleaned.</source>
   <translation>{} Bilder bereinigt.</translation>
  </message>
  <message>
   <source>{}: cleaned</source>
   <translation>{}: bereinigt</translation>
  </message>
 </context>
 <context>
  <name>Compare</name>
  <message>
   <source>A line on the map: the original on its left. Drag it; Escape ends</source>
   <translation>Eine Linie auf der Karte: links davon das Original. Ziehen Sie sie; Escape beendet</translation>
  </message>
  <message>
   <source>A second map with the original, which moves with the first</source>
   <translation>Eine zweite Karte mit dem Original, die der ersten folgt</translation>
  </message>
  <message>
   <source>Kairos, {}</source>
   <translation>Kairos, {}</translation>
  </message>
  <message>
   <source>Original, {}</source>
   <translation>Original, {}</translation>
  </message>
  <message>
   <source>Second map</source>
   <translation>Zweite Karte</translation>
  </message>
  <message>
   <source>Swipe</source>
   <translation>Wischen</translation>
  </message>
  <message>
   <source>There is no image of that day on the map that could be compared.</source>
   <translation>Auf der Karte ist kein Bild dieses Tages, das sich vergleichen ließe.</translation>
  </message>
 </context>
 <context>
  <name>CurveActs</name>
  <message>
   <source>Select a polygon first: make its layer the active one and click on it.</source>
   <translation>Wählen Sie zuerst ein Polygon: machen Sie seinen Layer zum aktiven und klicken Sie darauf.</translation>
  </message>
  <message>
   <source>The bands of these images allow no index, so there is no curve.</source>
   <translation>Die Kanäle dieser Bilder erlauben keinen Index, daher gibt es keine Kurve.</translation>
  </message>
  <message>
   <source>There are no images at this place: click on them.</source>
   <translation>An dieser Stelle sind keine Bilder: klicken Sie auf die Bilder.</translation>
  </message>
 </context>
 <context>
  <name>CurveAsks</name>
  <message>
   <source>mean of {} pixels</source>
   <translation>Mittel von {} Pixeln</translation>
  </message>
  <message>
   <source>row {}, column {}</source>
   <translation>Zeile {}, Spalte {}</translation>
  </message>
 </context>
 <context>
  <name>CurveExport</name>
  <message>
   <source>The picture could not be written: {}</source>
   <translation>Das Bild konnte nicht geschrieben werden: {}</translation>
  </message>
 </context>
 <context>
  <name>CurveLegend</name>
  <message>
   <source>clear</source>
   <translation>klar</translation>
  </message>
  <message>
   <source>end {}</source>
   <translation>Ende {}</translation>
  </message>
  <message>
   <source>mean, band: one deviation of the pixels</source>
   <translation>Mittel, Band: eine Standardabweichung der Pixel</translation>
  </message>
  <message>
   <source>peak {}</source>
   <translation>Höhepunkt {}</translation>
  </message>
  <message>
   <source>reconstructed</source>
   <translation>rekonstruiert</translation>
  </message>
  <message>
   <source>refining...</source>
   <translation>wird verfeinert...</translation>
  </message>
  <message>
   <source>rejected</source>
   <translation>verworfen</translation>
  </message>
  <message>
   <source>start {}</source>
   <translation>Beginn {}</translation>
  </message>
  <message>
   <source>{} seasons</source>
   <translation>{} Saisons</translation>
  </message>
 </context>
 <context>
  <name>CurvePlot</name>
  <message>
   <source>Click on the map to see how a place changes.</source>
   <translation>Klicken Sie auf die Karte, um zu sehen, wie sich ein Ort verändert.</translation>
  </message>
  <message>
   <source>Nine times in ten the truth lies in the band around the line.</source>
   <translation>In neun von zehn Fällen liegt die Wahrheit im Band um die Linie.</translation>
  </message>
  <message>
   <source>Reading the curve...</source>
   <translation>Die Kurve wird gelesen...</translation>
  </message>
 </context>
 <context>
  <name>CurveRead</name>
  <message>
   <source>clear</source>
   <translation>klar</translation>
  </message>
  <message>
   <source>reconstructed</source>
   <translation>rekonstruiert</translation>
  </message>
  <message>
   <source>rejected</source>
   <translation>verworfen</translation>
  </message>
 </context>
 <context>
  <name>CurveRow</name>
  <message>
   <source>A season starts and ends at half of its rise and of its fall (as in TIMESAT)</source>
   <translation>Eine Saison beginnt und endet bei der Hälfte ihres Anstiegs und ihres Abfalls (wie in TIMESAT)</translation>
  </message>
  <message>
   <source>Bands such as B08 or N, numbers, + - * / ** and sqrt, abs, log, exp, min, max</source>
   <translation>Kanäle wie B08 oder N, Zahlen, + - * / ** und sqrt, abs, log, exp, min, max</translation>
  </message>
  <message>
   <source>Copy the picture</source>
   <translation>Bild kopieren</translation>
  </message>
  <message>
   <source>Copy the table</source>
   <translation>Tabelle kopieren</translation>
  </message>
  <message>
   <source>Curves as a table (CSV)…</source>
   <translation>Kurven als Tabelle (CSV)…</translation>
  </message>
  <message>
   <source>Export</source>
   <translation>Export</translation>
  </message>
  <message>
   <source>Formula</source>
   <translation>Formel</translation>
  </message>
  <message>
   <source>Formula…</source>
   <translation>Formel…</translation>
  </message>
  <message>
   <source>Index</source>
   <translation>Index</translation>
  </message>
  <message>
   <source>Its name</source>
   <translation>Ihr Name</translation>
  </message>
  <message>
   <source>Keep this curve to compare others with it</source>
   <translation>Diese Kurve behalten, um andere mit ihr zu vergleichen</translation>
  </message>
  <message>
   <source>Picture (*.png)</source>
   <translation>Bild (*.png)</translation>
  </message>
  <message>
   <source>Pin</source>
   <translation>Anheften</translation>
  </message>
  <message>
   <source>Pinned curve</source>
   <translation>Angeheftete Kurve</translation>
  </message>
  <message>
   <source>Plot as a picture (PNG)…</source>
   <translation>Diagramm als Bild (PNG)…</translation>
  </message>
  <message>
   <source>Polygon</source>
   <translation>Polygon</translation>
  </message>
  <message>
   <source>Radar (VV, VH)</source>
   <translation>Radar (VV, VH)</translation>
  </message>
  <message>
   <source>Remove</source>
   <translation>Entfernen</translation>
  </message>
  <message>
   <source>Remove the pinned curves</source>
   <translation>Angeheftete Kurven entfernen</translation>
  </message>
  <message>
   <source>Rename…</source>
   <translation>Umbenennen…</translation>
  </message>
  <message>
   <source>Save the curves</source>
   <translation>Kurven speichern</translation>
  </message>
  <message>
   <source>Save the curves or the plot</source>
   <translation>Kurven oder Diagramm speichern</translation>
  </message>
  <message>
   <source>Save the plot</source>
   <translation>Diagramm speichern</translation>
  </message>
  <message>
   <source>Sentinel-1 at this place, in dB at the right</source>
   <translation>Sentinel-1 an diesem Ort, in dB am rechten Rand</translation>
  </message>
  <message>
   <source>Show</source>
   <translation>Zeigen</translation>
  </message>
  <message>
   <source>Start, peak and end of season</source>
   <translation>Beginn, Höhepunkt und Ende der Saison</translation>
  </message>
  <message>
   <source>Table (*.csv)</source>
   <translation>Tabelle (*.csv)</translation>
  </message>
  <message>
   <source>The mean and the spread over the polygon that is selected in a vector layer</source>
   <translation>Mittel und Streuung über dem Polygon, das in einem Vektorlayer gewählt ist</translation>
  </message>
  <message>
   <source>There is no curve yet: click on the map first</source>
   <translation>Noch gibt es keine Kurve: klicken Sie zuerst auf die Karte</translation>
  </message>
  <message>
   <source>What else the plot shows</source>
   <translation>Was das Diagramm sonst noch zeigt</translation>
  </message>
  <message>
   <source>What the curve shows</source>
   <translation>Was die Kurve zeigt</translation>
  </message>
 </context>
 <context>
  <name>DateRow</name>
  <message>
   <source>Acquisition by acquisition</source>
   <translation>Aufnahme für Aufnahme</translation>
  </message>
  <message>
   <source>Day by day</source>
   <translation>Tag für Tag</translation>
  </message>
  <message>
   <source>Month by month</source>
   <translation>Monat für Monat</translation>
  </message>
  <message>
   <source>Next acquisition (Page Up)</source>
   <translation>Nächste Aufnahme (Bild auf)</translation>
  </message>
  <message>
   <source>Next day (Right)</source>
   <translation>Nächster Tag (Rechts)</translation>
  </message>
  <message>
   <source>Pause (Space)</source>
   <translation>Anhalten (Leertaste)</translation>
  </message>
  <message>
   <source>Play (Space)</source>
   <translation>Abspielen (Leertaste)</translation>
  </message>
  <message>
   <source>Previous acquisition (Page Down)</source>
   <translation>Vorige Aufnahme (Bild ab)</translation>
  </message>
  <message>
   <source>Previous day (Left)</source>
   <translation>Voriger Tag (Links)</translation>
  </message>
 </context>
 <context>
  <name>DateSlider</name>
  <message>
   <source>, not used</source>
   <translation>, nicht verwendet</translation>
  </message>
  <message>
   <source>100 %</source>
   <translation>100 %</translation>
  </message>
  <message>
   <source>Date</source>
   <translation>Datum</translation>
  </message>
  <message>
   <source>Go to {date}</source>
   <translation>Zum {date}</translation>
  </message>
  <message>
   <source>Use this day</source>
   <translation>Diesen Tag verwenden</translation>
  </message>
  <message>
   <source>clear</source>
   <translation>klar</translation>
  </message>
  <message>
   <source>no acquisition</source>
   <translation>keine Aufnahme</translation>
  </message>
  <message>
   <source>{share} % clear</source>
   <translation>{share} % klar</translation>
  </message>
 </context>
 <context>
  <name>DatesDialog</name>
  <message>
   <source>At least two images must take part</source>
   <translation>Mindestens zwei Bilder müssen mitmachen</translation>
  </message>
  <message>
   <source>Clear</source>
   <translation>Klar</translation>
  </message>
  <message>
   <source>Clear ground by</source>
   <translation>Klarer Boden laut</translation>
  </message>
  <message>
   <source>Date</source>
   <translation>Datum</translation>
  </message>
  <message>
   <source>Date found by</source>
   <translation>Datum laut</translation>
  </message>
  <message>
   <source>Dates of the stack</source>
   <translation>Daten des Stapels</translation>
  </message>
  <message>
   <source>Give the layers of these images in the project the temporal range of their day</source>
   <translation>Den Layern dieser Bilder im Projekt den Zeitbereich ihres Tages geben</translation>
  </message>
  <message>
   <source>Image</source>
   <translation>Bild</translation>
  </message>
  <message>
   <source>None of these images is a layer of the project.</source>
   <translation>Keines dieser Bilder ist ein Layer des Projekts.</translation>
  </message>
  <message>
   <source>Sensor</source>
   <translation>Sensor</translation>
  </message>
  <message>
   <source>Set the layers to their days</source>
   <translation>Layer auf ihre Tage setzen</translation>
  </message>
  <message>
   <source>Untick an image to leave it out. Double-click a date to mend it; clear it to go back to the date that was found. Rest on an image to see it.</source>
   <translation>Nehmen Sie das Häkchen weg, um ein Bild auszulassen. Ein Doppelklick bessert ein Datum aus; ein leeres kehrt zu dem zurück, das gefunden wurde. Verweilen Sie auf einem Bild, um es zu sehen.</translation>
  </message>
  <message>
   <source>Year-month-day, such as 2019-02-08</source>
   <translation>Jahr-Monat-Tag, etwa 2019-02-08</translation>
  </message>
  <message>
   <source>nothing yet</source>
   <translation>noch nichts</translation>
  </message>
  <message>
   <source>you</source>
   <translation>Ihnen</translation>
  </message>
  <message>
   <source>{} in the name</source>
   <translation>{} im Namen</translation>
  </message>
  <message>
   <source>{} layers of the project are set to their days.</source>
   <translation>{} Layer des Projekts sind auf ihre Tage gesetzt.</translation>
  </message>
 </context>
 <context>
  <name>Engine</name>
  <message>
   <source>0 in CLM usable</source>
   <translation>0 in CLM nutzbar</translation>
  </message>
  <message>
   <source>0 usable</source>
   <translation>0 nutzbar</translation>
  </message>
  <message>
   <source>1 usable</source>
   <translation>1 nutzbar</translation>
  </message>
  <message>
   <source>A run needs {} GB of memory at least, not {}.</source>
   <translation>Ein Lauf braucht mindestens {} GB Speicher, nicht {}.</translation>
  </message>
  <message>
   <source>All images of {} are left out; take some of them in.</source>
   <translation>Alle Bilder von {} sind ausgelassen; nehmen Sie einige davon hinein.</translation>
  </message>
  <message>
   <source>Catalogues of images need pystac-client, which is not installed; install it with: pip install 'kairos-eo[stac]'.</source>
   <translation>Für Bildkataloge fehlt pystac-client; installieren Sie es mit: pip install 'kairos-eo[stac]'.</translation>
  </message>
  <message>
   <source>Cloud Score+ of at least {} usable</source>
   <translation>Cloud Score+ ab {} nutzbar</translation>
  </message>
  <message>
   <source>Fmask without cloud, shadow or snow usable</source>
   <translation>Fmask ohne Wolke, Schatten oder Schnee nutzbar</translation>
  </message>
  <message>
   <source>Kairos met an error it does not know ({}); the log has the details.</source>
   <translation>Kairos ist auf einen unbekannten Fehler gestoßen ({}); das Protokoll hat die Einzelheiten.</translation>
  </message>
  <message>
   <source>Left out, elsewhere on the Earth than most: {}.</source>
   <translation>Ausgelassen, weil anderswo auf der Erde als die meisten: {}.</translation>
  </message>
  <message>
   <source>Left out, no date in the name: {}.</source>
   <translation>Ausgelassen, weil kein Datum im Namen steht: {}.</translation>
  </message>
  <message>
   <source>Level-1C images are left out, because there are Level-2A images too.</source>
   <translation>Bilder der Stufe 1C sind ausgelassen, weil es auch solche der Stufe 2A gibt.</translation>
  </message>
  <message>
   <source>No image in {} has a clear pixel; check the masks or the classes that count as clear.</source>
   <translation>Kein Bild in {} hat ein klares Pixel; prüfen Sie die Masken oder die Klassen, die als klar gelten.</translation>
  </message>
  <message>
   <source>No mask, so clouds are found by the built-in detector: {}.</source>
   <translation>Ohne Maske; Wolken findet die eingebaute Erkennung: {}.</translation>
  </message>
  <message>
   <source>No mask, so every pixel with data counts as clear: {}.</source>
   <translation>Ohne Maske; jedes Pixel mit Daten gilt als klar: {}.</translation>
  </message>
  <message>
   <source>No metadata, so the offset is taken by baseline or date: {}.</source>
   <translation>Ohne Metadaten; der Versatz folgt aus Baseline oder Datum: {}.</translation>
  </message>
  <message>
   <source>Nothing can be proved on this ground: {}. Show more of the images, or take images of more days.</source>
   <translation>Auf diesem Boden lässt sich nichts beweisen: {}. Zeigen Sie mehr von den Bildern, oder nehmen Sie Bilder von mehr Tagen.</translation>
  </message>
  <message>
   <source>On another grid, warped onto the stack's: {}.</source>
   <translation>Auf einem anderen Raster und auf das des Stapels gebracht: {}.</translation>
  </message>
  <message>
   <source>QA60 without bits 10 and 11 usable</source>
   <translation>QA60 ohne Bit 10 und 11 nutzbar</translation>
  </message>
  <message>
   <source>QA_PIXEL without fill, cloud, shadow or snow usable</source>
   <translation>QA_PIXEL ohne Leerwert, Wolke, Schatten oder Schnee nutzbar</translation>
  </message>
  <message>
   <source>Radar left out, elsewhere on the Earth: {}.</source>
   <translation>Radar ausgelassen, weil anderswo auf der Erde: {}.</translation>
  </message>
  <message>
   <source>Sen2Cor classes {} usable</source>
   <translation>Sen2Cor-Klassen {} nutzbar</translation>
  </message>
  <message>
   <source>Several sensors; the bands that all have: {}.</source>
   <translation>Mehrere Sensoren; die Bänder, die alle haben: {}.</translation>
  </message>
  <message>
   <source>That is no polygon; choose a polygon for the curve of an area.</source>
   <translation>Das ist kein Polygon; wählen Sie für die Kurve einer Fläche ein Polygon.</translation>
  </message>
  <message>
   <source>The area has {} x {} pixels; choose a smaller one.</source>
   <translation>Das Gebiet hat {} x {} Pixel; wählen Sie ein kleineres.</translation>
  </message>
  <message>
   <source>The bands have no descriptions; taken by {} as {}.</source>
   <translation>Die Bänder sind nicht beschrieben; genommen nach {} als {}.</translation>
  </message>
  <message>
   <source>The brush was outside of what the images' reference system can express; paint on the images.</source>
   <translation>Der Pinsel war außerhalb dessen, was das Bezugssystem der Bilder ausdrücken kann; malen Sie auf den Bildern.</translation>
  </message>
  <message>
   <source>The catalogue {} does not answer as it should; check the connection and the address, or try again later.</source>
   <translation>Der Katalog {} antwortet nicht, wie er soll; prüfen Sie Verbindung und Adresse, oder versuchen Sie es später noch einmal.</translation>
  </message>
  <message>
   <source>The engine of Kairos cannot start: {}.</source>
   <translation>Die Rechenmaschine von Kairos kann nicht starten: {}.</translation>
  </message>
  <message>
   <source>The formula is empty; write one such as (B08 - B04) / (B08 + B04).</source>
   <translation>Die Formel ist leer; schreiben Sie eine wie (B08 - B04) / (B08 + B04).</translation>
  </message>
  <message>
   <source>The formula {} cannot be read{}; write one such as (B08 - B04) / (B08 + B04).</source>
   <translation>Die Formel {} ist nicht lesbar{}; schreiben Sie eine wie (B08 - B04) / (B08 + B04).</translation>
  </message>
  <message>
   <source>The formula {} may call {} only.</source>
   <translation>Die Formel {} darf nur {} aufrufen.</translation>
  </message>
  <message>
   <source>The formula {} names no band; name one such as B08.</source>
   <translation>Die Formel {} nennt kein Band; nennen Sie eines wie B08.</translation>
  </message>
  <message>
   <source>The images show nothing of the area; move it.</source>
   <translation>Die Bilder zeigen nichts von dem Gebiet; verschieben Sie es.</translation>
  </message>
  <message>
   <source>The model {} cannot run here: {}; use {} instead.</source>
   <translation>Das Verfahren {} kann hier nicht laufen: {}; nehmen Sie stattdessen {}.</translation>
  </message>
  <message>
   <source>The output folder {} is not empty; add --resume to go on with an earlier run, --overwrite to replace its files, or choose another one.</source>
   <translation>Der Ausgabeordner {} ist nicht leer; wählen Sie einen anderen (oder --resume, um einen früheren Lauf fortzusetzen, --overwrite, um seine Dateien zu ersetzen).</translation>
  </message>
  <message>
   <source>The output {} contains the images themselves; choose another folder.</source>
   <translation>Die Ausgabe {} enthält die Bilder selbst; wählen Sie einen anderen Ordner.</translation>
  </message>
  <message>
   <source>The output {} lies inside the images' own folder; choose a folder outside it.</source>
   <translation>Die Ausgabe {} liegt im Ordner der Bilder; wählen Sie einen Ordner außerhalb.</translation>
  </message>
  <message>
   <source>The polygon is not on the images; choose one that is.</source>
   <translation>Das Polygon liegt nicht auf den Bildern; wählen Sie eines, das dort liegt.</translation>
  </message>
  <message>
   <source>The run in {} was begun with other images or another method; replace it with --overwrite, or choose another folder.</source>
   <translation>Der Lauf in {} wurde mit anderen Bildern oder einem anderen Verfahren begonnen; wählen Sie einen anderen Ordner (oder ersetzen Sie ihn mit --overwrite).</translation>
  </message>
  <message>
   <source>The server refuses {}: it needs an account or a signature.</source>
   <translation>Der Server verweigert {}: er verlangt ein Konto oder eine Signatur.</translation>
  </message>
  <message>
   <source>There are no Sentinel-2 images for this in {}; try {}.</source>
   <translation>Dafür gibt es keine Bilder von Sentinel-2 in {}; versuchen Sie {}.</translation>
  </message>
  <message>
   <source>There is no band {}; the bands are {}, or the letters {}.</source>
   <translation>Es gibt kein Band {}; die Bänder sind {}, oder die Buchstaben {}.</translation>
  </message>
  <message>
   <source>There is no folder {}; check the path.</source>
   <translation>Es gibt keinen Ordner {}; prüfen Sie den Pfad.</translation>
  </message>
  <message>
   <source>There is no image of {} among these; step to a day on which one was acquired.</source>
   <translation>Darunter ist kein Bild vom {}; gehen Sie zu einem Tag, an dem eines aufgenommen wurde.</translation>
  </message>
  <message>
   <source>YYYY-MM-DD</source>
   <translation>JJJJ-MM-TT</translation>
  </message>
  <message>
   <source>YYYYDDD</source>
   <translation>JJJJTTT</translation>
  </message>
  <message>
   <source>YYYYMMDD</source>
   <translation>JJJJMMTT</translation>
  </message>
  <message>
   <source>axis {}</source>
   <translation>Achse {}</translation>
  </message>
  <message>
   <source>cleaned by Kairos: every pixel with data usable</source>
   <translation>von Kairos bereinigt: jedes Pixel mit Daten nutzbar</translation>
  </message>
  <message>
   <source>clouds found by the built-in detector</source>
   <translation>Wolken vom eingebauten Detektor gefunden</translation>
  </message>
  <message>
   <source>datetime of the item</source>
   <translation>datetime des Eintrags</translation>
  </message>
  <message>
   <source>every pixel with data usable</source>
   <translation>jedes Pixel mit Daten nutzbar</translation>
  </message>
  <message>
   <source>neither opaque cloud nor cirrus in MSK_CLASSI usable</source>
   <translation>weder dichte Wolke noch Zirrus in MSK_CLASSI nutzbar</translation>
  </message>
  <message>
   <source>no mask: {}</source>
   <translation>keine Maske: {}</translation>
  </message>
  <message>
   <source>you</source>
   <translation>Ihnen</translation>
  </message>
  <message>
   <source>{} cannot be read; the server fails, is too slow or sends half a file.</source>
   <translation>{} ist nicht lesbar; der Server versagt, ist zu langsam oder schickt nur die halbe Datei.</translation>
  </message>
  <message>
   <source>{} cannot be used as a folder for the results ({}); choose another one.</source>
   <translation>{} taugt nicht als Ordner für die Ergebnisse ({}); wählen Sie einen anderen.</translation>
  </message>
  <message>
   <source>{} cannot be written ({}); check the folder and the free space.</source>
   <translation>{} lässt sich nicht schreiben ({}); prüfen Sie den Ordner und den freien Platz.</translation>
  </message>
  <message>
   <source>{} has no dated optical image, {}; name the files with their date, such as S2_20190208.tif.</source>
   <translation>{} hat kein datiertes optisches Bild, {}; nennen Sie die Dateien nach ihrem Datum, etwa S2_20190208.tif.</translation>
  </message>
  <message>
   <source>{} has no image that can be read; check what is in it.</source>
   <translation>{} hat kein lesbares Bild; prüfen Sie, was darin ist.</translation>
  </message>
  <message>
   <source>{} has one date only ({}); add images of at least one other day.</source>
   <translation>{} hat nur einen Tag ({}); fügen Sie Bilder von mindestens einem anderen hinzu.</translation>
  </message>
  <message>
   <source>{} holds more than {} files; choose the folder of one stack.</source>
   <translation>{} enthält mehr als {} Dateien; wählen Sie den Ordner eines Stapels.</translation>
  </message>
  <message>
   <source>{} holds no GeoTIFF images; choose a folder with one per date.</source>
   <translation>{} enthält keine GeoTIFF-Bilder; wählen Sie einen Ordner mit einem für jeden Tag.</translation>
  </message>
  <message>
   <source>{} in a band</source>
   <translation>{} in einem Kanal</translation>
  </message>
  <message>
   <source>{} is damaged or no cube: it cannot be opened; load it anew.</source>
   <translation>{} ist beschädigt oder kein Würfel und lässt sich nicht öffnen; laden Sie die Datei neu.</translation>
  </message>
  <message>
   <source>{} is damaged: its pixels cannot be read; replace it or move it out of the folder.</source>
   <translation>{} ist beschädigt, die Pixel sind nicht lesbar; ersetzen Sie die Datei, oder nehmen Sie sie aus dem Ordner.</translation>
  </message>
  <message>
   <source>{} is not a folder of images; give a folder with one GeoTIFF per date.</source>
   <translation>{} ist kein Ordner mit Bildern; geben Sie einen Ordner mit einem GeoTIFF für jeden Tag an.</translation>
  </message>
  <message>
   <source>{} is not a readable image; replace it or move it out of the folder.</source>
   <translation>{} ist kein lesbares Bild; ersetzen Sie die Datei, oder nehmen Sie sie aus dem Ordner.</translation>
  </message>
  <message>
   <source>{} is outside of {}: this is the estimate of {}.</source>
   <translation>{} liegt außerhalb von {}: dies ist die Schätzung vom {}.</translation>
  </message>
  <message>
   <source>{} is {} days outside of {}; choose a day at most {} days before the first or after the last.</source>
   <translation>{} liegt {} Tage außerhalb von {}; wählen Sie einen Tag höchstens {} Tage vor dem ersten oder nach dem letzten.</translation>
  </message>
  <message>
   <source>{} lacks band {} that the other images have; move it out of the folder or replace it.</source>
   <translation>{} fehlt das Band {}, das die anderen Bilder haben; nehmen Sie die Datei aus dem Ordner, oder ersetzen Sie sie.</translation>
  </message>
  <message>
   <source>{} needs band {}, but the stack has only {}; choose another index or add the band.</source>
   <translation>{} braucht das Band {}, aber der Stapel hat nur {}; wählen Sie einen anderen Index, oder fügen Sie das Band hinzu.</translation>
  </message>
  <message>
   <source>{} needs {} to be read; install them with: pip install 'kairos-eo[cubes]'.</source>
   <translation>{} braucht zum Lesen {}; installieren Sie das mit: pip install 'kairos-eo[cubes]'.</translation>
  </message>
  <message>
   <source>{} was changed while it was cleaned; start again with --overwrite.</source>
   <translation>{} wurde geändert, während Wolken entfernt wurden; beginnen Sie von vorn (mit --overwrite).</translation>
  </message>
  <message>
   <source>{} was not cleaned from these images; clean them again into another folder.</source>
   <translation>{} ist nicht aus diesen Bildern entstanden; entfernen Sie die Wolken noch einmal in einen anderen Ordner.</translation>
  </message>
  <message>
   <source>{} {} images are missing; get them again later.</source>
   <translation>{} {} Bilder fehlen; holen Sie sie später noch einmal.</translation>
  </message>
  <message>
   <source>{}, painted by hand in {}</source>
   <translation>{}, von Hand gemalt in {}</translation>
  </message>
 </context>
 <context>
  <name>FetchDialog</name>
  <message>
   <source>, {:.0f} s left</source>
   <translation>, noch {:.0f} s</translation>
  </message>
  <message>
   <source>A catalogue of images, or the address of another STAC API</source>
   <translation>Ein Katalog von Bildern oder die Adresse einer anderen STAC-Schnittstelle</translation>
  </message>
  <message>
   <source>Area</source>
   <translation>Gebiet</translation>
  </message>
  <message>
   <source>Cancelled. Images that were finished are kept.</source>
   <translation>Abgebrochen. Fertige Bilder bleiben.</translation>
  </message>
  <message>
   <source>Cancelling...</source>
   <translation>Wird abgebrochen...</translation>
  </message>
  <message>
   <source>Choose a catalogue, or give the address of one (https://...).</source>
   <translation>Wählen Sie einen Katalog oder geben Sie die Adresse eines Katalogs (https://...).</translation>
  </message>
  <message>
   <source>Coarser pixels are means of finer ones</source>
   <translation>Gröbere Pixel sind Mittel feinerer</translation>
  </message>
  <message>
   <source>Days</source>
   <translation>Tage</translation>
  </message>
  <message>
   <source>First day</source>
   <translation>Erster Tag</translation>
  </message>
  <message>
   <source>From</source>
   <translation>Von</translation>
  </message>
  <message>
   <source>Get images</source>
   <translation>Bilder holen</translation>
  </message>
  <message>
   <source>Get images for this area</source>
   <translation>Bilder für dieses Gebiet holen</translation>
  </message>
  <message>
   <source>Images with more cloud than this, seen over their whole scene, are left out</source>
   <translation>Bilder mit mehr Wolken als so viel, über die ganze Szene gesehen, werden ausgelassen</translation>
  </message>
  <message>
   <source>Into</source>
   <translation>Nach</translation>
  </message>
  <message>
   <source>Last day</source>
   <translation>Letzter Tag</translation>
  </message>
  <message>
   <source>Loading, {:.0%}{}</source>
   <translation>Es lädt, {:.0%}{}</translation>
  </message>
  <message>
   <source>Most cloud</source>
   <translation>Höchstens Wolken</translation>
  </message>
  <message>
   <source>Of an earlier try with the same area: what is there already is kept</source>
   <translation>Von einem früheren Versuch mit demselben Gebiet: was schon da ist, bleibt</translation>
  </message>
  <message>
   <source>Pixels</source>
   <translation>Pixel</translation>
  </message>
  <message>
   <source>Searching...</source>
   <translation>Es wird gesucht...</translation>
  </message>
  <message>
   <source>Sentinel-1 radar, where the catalogue has it</source>
   <translation>Sentinel-1-Radar, wo der Katalog es hat</translation>
  </message>
  <message>
   <source>Temporary folder</source>
   <translation>Temporärer Ordner</translation>
  </message>
  <message>
   <source>The last day comes before the first one.</source>
   <translation>Der letzte Tag liegt vor dem ersten.</translation>
  </message>
  <message>
   <source>The map shows no place on the Earth: zoom to your fields first.</source>
   <translation>Die Karte zeigt keinen Ort auf der Erde: gehen Sie zuerst zu Ihren Feldern.</translation>
  </message>
  <message>
   <source>The map shows too much: zoom in to {:.0f} km or less.</source>
   <translation>Die Karte zeigt zu viel: zoomen Sie auf {:.0f} km oder weniger.</translation>
  </message>
  <message>
   <source>What the map shows</source>
   <translation>Was die Karte zeigt</translation>
  </message>
  <message>
   <source>{:.1f} x {:.1f} km on the map, {} x {} pixels</source>
   <translation>{:.1f} x {:.1f} km auf der Karte, {} x {} Pixel</translation>
  </message>
 </context>
 <context>
  <name>Following</name>
  <message>
   <source>as it was seen, {:.0%} clear</source>
   <translation>wie gesehen, {:.0%} klar</translation>
  </message>
  <message>
   <source>cleaned, {:.0%} observed, doubt {}</source>
   <translation>bereinigt, {:.0%} beobachtet, Zweifel {}</translation>
  </message>
  <message>
   <source>observed</source>
   <translation>beobachtet</translation>
  </message>
  <message>
   <source>preparing the preview...</source>
   <translation>Die Vorschau wird vorbereitet...</translation>
  </message>
  <message>
   <source>preview</source>
   <translation>Vorschau</translation>
  </message>
  <message>
   <source>preview, full resolution follows</source>
   <translation>Vorschau, volle Auflösung folgt</translation>
  </message>
  <message>
   <source>preview; zoom in for full resolution</source>
   <translation>Vorschau; für volle Auflösung hineinzoomen</translation>
  </message>
  <message>
   <source>reconstructed, doubt {}</source>
   <translation>rekonstruiert, Zweifel {}</translation>
  </message>
  <message>
   <source>reconstructing...</source>
   <translation>wird rekonstruiert...</translation>
  </message>
 </context>
 <context>
  <name>Help</name>
  <message>
   <source>How Kairos is used</source>
   <translation>So benutzt man Kairos</translation>
  </message>
 </context>
 <context>
  <name>KairosDock</name>
  <message>
   <source>Choose Python...</source>
   <translation>Python wählen...</translation>
  </message>
  <message>
   <source>Details</source>
   <translation>Einzelheiten</translation>
  </message>
  <message>
   <source>Python of the engine</source>
   <translation>Python der Rechenmaschine</translation>
  </message>
  <message>
   <source>Reading the images...</source>
   <translation>Die Bilder werden gelesen...</translation>
  </message>
  <message>
   <source>The map shows nothing of the images: move there, or choose all.</source>
   <translation>Die Karte zeigt nichts von den Bildern: gehen Sie dorthin oder wählen Sie alle.</translation>
  </message>
 </context>
 <context>
  <name>KairosPlugin</name>
  <message>
   <source>Kairos: a cloud-free image of any day</source>
   <translation>Kairos: ein wolkenfreies Bild von jedem Tag</translation>
  </message>
  <message>
   <source>QGIS's Python lacks {}; install it there and open Kairos again.</source>
   <translation>Dem Python von QGIS fehlt {}; installieren Sie es dort und öffnen Sie Kairos wieder.</translation>
  </message>
 </context>
 <context>
  <name>LayerMenu</name>
  <message>
   <source>Open in Kairos</source>
   <translation>In Kairos öffnen</translation>
  </message>
 </context>
 <context>
  <name>Layers</name>
  <message>
   <source>name of the folder</source>
   <translation>Name des Ordners</translation>
  </message>
  <message>
   <source>name of the group</source>
   <translation>Name der Gruppe</translation>
  </message>
  <message>
   <source>name of the layer</source>
   <translation>Name des Layers</translation>
  </message>
  <message>
   <source>start of the temporal range</source>
   <translation>Anfang des Zeitbereichs</translation>
  </message>
  <message>
   <source>temporal range of the layer</source>
   <translation>Zeitbereich des Layers</translation>
  </message>
 </context>
 <context>
  <name>Looking</name>
  <message>
   <source>A frame a month</source>
   <translation>Ein Bild je Monat</translation>
  </message>
  <message>
   <source>A frame a week</source>
   <translation>Ein Bild je Woche</translation>
  </message>
  <message>
   <source>A frame for each acquisition</source>
   <translation>Ein Bild je Aufnahme</translation>
  </message>
  <message>
   <source>Compare</source>
   <translation>Vergleichen</translation>
  </message>
  <message>
   <source>Frames for an animation</source>
   <translation>Bilder für eine Animation</translation>
  </message>
  <message>
   <source>The original beside what Kairos made of it</source>
   <translation>Das Original neben dem, was Kairos daraus gemacht hat</translation>
  </message>
  <message>
   <source>Trust</source>
   <translation>Vertrauen</translation>
  </message>
  <message>
   <source>Where the pixels on the map come from, and how sure they are</source>
   <translation>Woher die Pixel auf der Karte kommen und wie sicher sie sind</translation>
  </message>
 </context>
 <context>
  <name>Methods</name>
  <message>
   <source>AGFlow</source>
   <translation>AGFlow</translation>
  </message>
  <message>
   <source>AnytimeFormer</source>
   <translation>AnytimeFormer</translation>
  </message>
  <message>
   <source>Last clear day</source>
   <translation>Letzter klarer Tag</translation>
  </message>
  <message>
   <source>Least cloudy frames</source>
   <translation>Klarste Bilder</translation>
  </message>
  <message>
   <source>Linear interpolation</source>
   <translation>Lineare Interpolation</translation>
  </message>
  <message>
   <source>MS2TAN</source>
   <translation>MS2TAN</translation>
  </message>
  <message>
   <source>Median mosaic</source>
   <translation>Medianmosaik</translation>
  </message>
  <message>
   <source>Nearest clear day</source>
   <translation>Nächster klarer Tag</translation>
  </message>
  <message>
   <source>STGAN and CycleGAN</source>
   <translation>STGAN und CycleGAN</translation>
  </message>
  <message>
   <source>Scene regression</source>
   <translation>Szenenregression</translation>
  </message>
  <message>
   <source>SeqDMs</source>
   <translation>SeqDMs</translation>
  </message>
  <message>
   <source>Temporal prior</source>
   <translation>Zeitlicher Prior</translation>
  </message>
  <message>
   <source>Whittaker smoother</source>
   <translation>Whittaker-Glättung</translation>
  </message>
 </context>
 <context>
  <name>OptionsPage</name>
  <message>
   <source>A Python in which the engine is installed; empty for the one Kairos finds</source>
   <translation>Ein Python, in dem die Rechenmaschine installiert ist; leer für das, welches Kairos findet</translation>
  </message>
  <message>
   <source>Bare ground</source>
   <translation>Offener Boden</translation>
  </message>
  <message>
   <source>Clear ground</source>
   <translation>Klarer Boden</translation>
  </message>
  <message>
   <source>Cloud shadow</source>
   <translation>Wolkenschatten</translation>
  </message>
  <message>
   <source>Cloud, medium probability</source>
   <translation>Wolke, mittel wahrscheinlich</translation>
  </message>
  <message>
   <source>Compute on</source>
   <translation>Rechnen auf</translation>
  </message>
  <message>
   <source>Dark</source>
   <translation>Dunkel</translation>
  </message>
  <message>
   <source>Graphics card (CUDA)</source>
   <translation>Grafikkarte (CUDA)</translation>
  </message>
  <message>
   <source>Memory of a run</source>
   <translation>Speicher eines Laufs</translation>
  </message>
  <message>
   <source>Method</source>
   <translation>Verfahren</translation>
  </message>
  <message>
   <source>Processor</source>
   <translation>Prozessor</translation>
  </message>
  <message>
   <source>Python of the engine</source>
   <translation>Python der Rechenmaschine</translation>
  </message>
  <message>
   <source>Snow</source>
   <translation>Schnee</translation>
  </message>
  <message>
   <source>The best that can run here</source>
   <translation>Das beste, das hier läuft</translation>
  </message>
  <message>
   <source>The classes of Sen2Cor's scene classification that count as clear; all other masks say it themselves. A change is used when a stack is next opened.</source>
   <translation>Die Klassen der Szenenklassifikation von Sen2Cor, die als klar gelten; alle anderen Masken sagen es selbst. Eine Änderung gilt ab dem nächsten Öffnen eines Stapels.</translation>
  </message>
  <message>
   <source>The fastest there is</source>
   <translation>Dem schnellsten, was da ist</translation>
  </message>
  <message>
   <source>The method that is chosen when a stack is opened</source>
   <translation>Das Verfahren, das beim Öffnen eines Stapels gewählt ist</translation>
  </message>
  <message>
   <source>Thin cirrus</source>
   <translation>Dünner Zirrus</translation>
  </message>
  <message>
   <source>Unclassified</source>
   <translation>Ohne Klasse</translation>
  </message>
  <message>
   <source>Vegetation</source>
   <translation>Vegetation</translation>
  </message>
  <message>
   <source>Water</source>
   <translation>Wasser</translation>
  </message>
  <message>
   <source>What Remove clouds may take</source>
   <translation>Was Wolken entfernen belegen darf</translation>
  </message>
  <message>
   <source>What suits this computer</source>
   <translation>Was zu diesem Rechner passt</translation>
  </message>
  <message>
   <source>Where learned methods compute</source>
   <translation>Wo gelernte Verfahren rechnen</translation>
  </message>
 </context>
 <context>
  <name>ProveIt</name>
  <message>
   <source>Error map</source>
   <translation>Fehlerkarte</translation>
  </message>
  <message>
   <source>Error map and report</source>
   <translation>Fehlerkarte und Bericht</translation>
  </message>
  <message>
   <source>Folder of images</source>
   <translation>Ordner mit Bildern</translation>
  </message>
  <message>
   <source>Hides clear ground of your own images, rebuilds it and compares: a map of the error, a report, and how far off Kairos is beside plain interpolation.</source>
   <translation>Verdeckt klaren Boden Ihrer eigenen Bilder, baut ihn nach und vergleicht: eine Karte des Fehlers, ein Bericht, und wie weit Kairos daneben liegt, verglichen mit einfacher Interpolation.</translation>
  </message>
  <message>
   <source>Kairos is off by, reflectance</source>
   <translation>Kairos liegt daneben um, Reflektanz</translation>
  </message>
  <message>
   <source>Plain interpolation is off by, reflectance</source>
   <translation>Einfache Interpolation liegt daneben um, Reflektanz</translation>
  </message>
  <message>
   <source>Prove it</source>
   <translation>Beweis</translation>
  </message>
  <message>
   <source>Ratio of the two</source>
   <translation>Verhältnis der beiden</translation>
  </message>
  <message>
   <source>Report</source>
   <translation>Bericht</translation>
  </message>
 </context>
 <context>
  <name>ProveLayers</name>
  <message>
   <source>Off by, Kairos</source>
   <translation>Daneben um, Kairos</translation>
  </message>
  <message>
   <source>Off by, plain interpolation</source>
   <translation>Daneben um, einfache Interpolation</translation>
  </message>
  <message>
   <source>under {}</source>
   <translation>unter {}</translation>
  </message>
  <message>
   <source>{} reflectance or more</source>
   <translation>{} Reflektanz oder mehr</translation>
  </message>
  <message>
   <source>{} to {}</source>
   <translation>{} bis {}</translation>
  </message>
 </context>
 <context>
  <name>ProveWords</name>
  <message>
   <source>In this view</source>
   <translation>In dieser Ansicht</translation>
  </message>
  <message>
   <source>On your images</source>
   <translation>Auf Ihren Bildern</translation>
  </message>
  <message>
   <source>The ratio is {:.2f}, nine times in ten {:.2f} to {:.2f}; seen on {}, on {}.</source>
   <translation>Das Verhältnis ist {:.2f}, in neun von zehn Fällen {:.2f} bis {:.2f}; gesehen an {}, auf {}.</translation>
  </message>
  <message>
   <source>all of the images</source>
   <translation>allen Bildern</translation>
  </message>
  <message>
   <source>blocks spread evenly over the images</source>
   <translation>Blöcken, gleichmäßig über die Bilder verteilt</translation>
  </message>
  <message>
   <source>one day</source>
   <translation>einem Tag</translation>
  </message>
  <message>
   <source>what the map showed</source>
   <translation>dem, was die Karte zeigte</translation>
  </message>
  <message>
   <source>{} Kairos is off by {} reflectance, no less than plain interpolation ({}).</source>
   <translation>{} liegt Kairos um {} Reflektanz daneben, nicht weniger als einfache Interpolation ({}).</translation>
  </message>
  <message>
   <source>{} Kairos is off by {} reflectance; plain interpolation by {}.</source>
   <translation>{} liegt Kairos um {} Reflektanz daneben, einfache Interpolation um {}.</translation>
  </message>
  <message>
   <source>{} days</source>
   <translation>{} Tagen</translation>
  </message>
 </context>
 <context>
  <name>Proving</name>
  <message>
   <source>Cancelled; nothing was proved.</source>
   <translation>Abgebrochen; nichts wurde bewiesen.</translation>
  </message>
  <message>
   <source>Prove it</source>
   <translation>Beweis</translation>
  </message>
  <message>
   <source>This method is plain interpolation itself: choose another one first.</source>
   <translation>Dieses Verfahren ist die einfache Interpolation selbst: wählen Sie zuerst ein anderes.</translation>
  </message>
  <message>
   <source>hiding clear ground, rebuilding it</source>
   <translation>klarer Boden wird verdeckt und nachgebaut</translation>
  </message>
  <message>
   <source>starting</source>
   <translation>es beginnt</translation>
  </message>
  <message>
   <source>{}: proof, ratio {:.2f}</source>
   <translation>{}: Beweis, Verhältnis {:.2f}</translation>
  </message>
 </context>
 <context>
  <name>RemoveClouds</name>
  <message>
   <source>Cleaned images</source>
   <translation>Bereinigte Bilder</translation>
  </message>
  <message>
   <source>Fills the clouds of a time series of satellite images. Clear pixels stay as they are, to the bit. Give a folder with one GeoTIFF for each date, or several layers.</source>
   <translation>Füllt die Wolken einer Zeitreihe von Satellitenbildern. Klare Pixel bleiben auf das Bit genau, wie sie sind. Geben Sie einen Ordner mit einem GeoTIFF je Datum oder mehrere Layer.</translation>
  </message>
  <message>
   <source>Folder of images</source>
   <translation>Ordner mit Bildern</translation>
  </message>
  <message>
   <source>Give a folder of images, or several layers.</source>
   <translation>Geben Sie einen Ordner mit Bildern oder mehrere Layer.</translation>
  </message>
  <message>
   <source>Images, instead of a folder</source>
   <translation>Bilder, statt eines Ordners</translation>
  </message>
  <message>
   <source>Not a file on this computer: {}.</source>
   <translation>Keine Datei auf diesem Rechner: {}.</translation>
  </message>
  <message>
   <source>Remove clouds</source>
   <translation>Wolken entfernen</translation>
  </message>
  <message>
   <source>Replace files in the output folder</source>
   <translation>Dateien im Ausgabeordner ersetzen</translation>
  </message>
 </context>
 <context>
  <name>Session</name>
  <message>
   <source>The images cannot be brought together.</source>
   <translation>Die Bilder lassen sich nicht zusammenbringen.</translation>
  </message>
  <message>
   <source>There are no dated images in this folder.</source>
   <translation>In diesem Ordner sind keine Bilder mit Datum.</translation>
  </message>
 </context>
 <context>
  <name>SideColumn</name>
  <message>
   <source> (recommended)</source>
   <translation> (empfohlen)</translation>
  </message>
  <message>
   <source>A NetCDF cube, an archive, a list of STAC items</source>
   <translation>Ein NetCDF-Würfel, ein Archiv, eine Liste von STAC-Einträgen</translation>
  </message>
  <message>
   <source>A folder with one GeoTIFF for each date</source>
   <translation>Ein Ordner mit einem GeoTIFF je Datum</translation>
  </message>
  <message>
   <source>A small simulated stack, made on your machine</source>
   <translation>Ein kleiner simulierter Stapel, auf Ihrem Rechner gemacht</translation>
  </message>
  <message>
   <source>All of the images</source>
   <translation>Ganze Bilder</translation>
  </message>
  <message>
   <source>Cancel</source>
   <translation>Abbrechen</translation>
  </message>
  <message>
   <source>Cancelling...</source>
   <translation>Wird abgebrochen...</translation>
  </message>
  <message>
   <source>Choose satellite images of several days, and Kairos removes their clouds.</source>
   <translation>Wählen Sie Satellitenbilder mehrerer Tage, und Kairos entfernt ihre Wolken.</translation>
  </message>
  <message>
   <source>Clean and write only the part that the map shows</source>
   <translation>Nur den Teil bereinigen und schreiben, den die Karte zeigt</translation>
  </message>
  <message>
   <source>Clean the images from edge to edge</source>
   <translation>Die Bilder von Rand zu Rand bereinigen</translation>
  </message>
  <message>
   <source>Continue removing clouds</source>
   <translation>Weiter Wolken entfernen</translation>
  </message>
  <message>
   <source>Dates...</source>
   <translation>Daten...</translation>
  </message>
  <message>
   <source>Fill the clouds of every image; clear pixels stay as they are</source>
   <translation>Die Wolken jedes Bildes füllen; klare Pixel bleiben, wie sie sind</translation>
  </message>
  <message>
   <source>Folder for the cleaned images. Left empty, they go to a temporary one, which QGIS deletes when it closes, as with all its temporary layers.</source>
   <translation>Ordner für die bereinigten Bilder. Ohne Angabe kommen sie in einen temporären, den QGIS beim Schließen löscht, wie bei allen temporären Layern.</translation>
  </message>
  <message>
   <source>Get images for this area...</source>
   <translation>Bilder für dieses Gebiet holen...</translation>
  </message>
  <message>
   <source>Give dates...</source>
   <translation>Daten angeben...</translation>
  </message>
  <message>
   <source>How Kairos is used</source>
   <translation>So benutzt man Kairos</translation>
  </message>
  <message>
   <source>Method</source>
   <translation>Verfahren</translation>
  </message>
  <message>
   <source>Open a file...</source>
   <translation>Datei öffnen...</translation>
  </message>
  <message>
   <source>Open a folder...</source>
   <translation>Ordner öffnen...</translation>
  </message>
  <message>
   <source>Remove clouds</source>
   <translation>Wolken entfernen</translation>
  </message>
  <message>
   <source>Results: temporary folder</source>
   <translation>Ergebnisse: temporärer Ordner</translation>
  </message>
  <message>
   <source>See which images were found, and give them their dates</source>
   <translation>Sehen, welche Bilder gefunden wurden, und ihnen ihre Daten geben</translation>
  </message>
  <message>
   <source>Sentinel-2 images of what the map shows, from an open catalogue</source>
   <translation>Sentinel-2-Bilder dessen, was die Karte zeigt, aus einem offenen Katalog</translation>
  </message>
  <message>
   <source>Settings of Kairos</source>
   <translation>Einstellungen von Kairos</translation>
  </message>
  <message>
   <source>Stop; images that are finished are kept</source>
   <translation>Anhalten; fertige Bilder bleiben</translation>
  </message>
  <message>
   <source>The engine is not set up yet: choose its Python first</source>
   <translation>Die Rechenmaschine ist noch nicht eingerichtet: wählen Sie zuerst ihr Python</translation>
  </message>
  <message>
   <source>The open stack; click to open another one</source>
   <translation>Der offene Stapel; ein Klick öffnet einen anderen</translation>
  </message>
  <message>
   <source>The raster layers selected in the Layers panel</source>
   <translation>Die Rasterlayer, die im Layerfenster gewählt sind</translation>
  </message>
  <message>
   <source>Try the example</source>
   <translation>Beispiel ausprobieren</translation>
  </message>
  <message>
   <source>Use the selected layers</source>
   <translation>Gewählte Layer verwenden</translation>
  </message>
  <message>
   <source>What is visible</source>
   <translation>Nur Sichtbares</translation>
  </message>
  <message>
   <source>Which images take part, and on which day</source>
   <translation>Welche Bilder mitmachen, und an welchem Tag</translation>
  </message>
  <message>
   <source>radar on {} dates</source>
   <translation>Radar an {} Tagen</translation>
  </message>
  <message>
   <source>{} dates, {:.0%} clear</source>
   <translation>{} Tage, {:.0%} klar</translation>
  </message>
 </context>
 <context>
  <name>Stages</name>
  <message>
   <source>done</source>
   <translation>fertig</translation>
  </message>
  <message>
   <source>fetching</source>
   <translation>wird geholt</translation>
  </message>
  <message>
   <source>filling</source>
   <translation>wird gefüllt</translation>
  </message>
  <message>
   <source>learning</source>
   <translation>wird gelernt</translation>
  </message>
  <message>
   <source>preparing</source>
   <translation>wird vorbereitet</translation>
  </message>
  <message>
   <source>proving</source>
   <translation>wird bewiesen</translation>
  </message>
  <message>
   <source>reading</source>
   <translation>wird gelesen</translation>
  </message>
  <message>
   <source>searching</source>
   <translation>wird gesucht</translation>
  </message>
  <message>
   <source>writing</source>
   <translation>wird geschrieben</translation>
  </message>
 </context>
 <context>
  <name>StateKeeper</name>
  <message>
   <source>Choose the folder...</source>
   <translation>Ordner wählen...</translation>
  </message>
  <message>
   <source>Folder of images</source>
   <translation>Ordner mit Bildern</translation>
  </message>
  <message>
   <source>The folder {} cannot be read ({}).</source>
   <translation>Der Ordner {} lässt sich nicht lesen ({}).</translation>
  </message>
  <message>
   <source>The images of this project are no longer in {}; choose the folder where they are now.</source>
   <translation>Die Bilder dieses Projekts sind nicht mehr in {}; wählen Sie den Ordner, in dem sie jetzt sind.</translation>
  </message>
 </context>
 <context>
  <name>TimePanel</name>
  <message>
   <source>100 %</source>
   <translation>100 %</translation>
  </message>
  <message>
   <source>The days of a stack appear here once you choose one.</source>
   <translation>Die Tage eines Stapels erscheinen hier, sobald Sie einen wählen.</translation>
  </message>
  <message>
   <source>clear</source>
   <translation>klar</translation>
  </message>
 </context>
 <context>
  <name>Tools</name>
  <message>
   <source>Hide clear ground of your own images, rebuild it and show how far off it is</source>
   <translation>Klaren Boden Ihrer eigenen Bilder verdecken, nachbauen und zeigen, wie weit daneben das liegt</translation>
  </message>
  <message>
   <source>Paint cloud that the mask missed, or clear ground that it took for cloud</source>
   <translation>Wolke malen, die der Maske entging, oder klaren Boden, den sie für Wolke hielt</translation>
  </message>
  <message>
   <source>Paint mask</source>
   <translation>Maske malen</translation>
  </message>
  <message>
   <source>Prove it</source>
   <translation>Beweis</translation>
  </message>
  <message>
   <source>Read the report</source>
   <translation>Bericht lesen</translation>
  </message>
 </context>
 <context>
  <name>Trust</name>
  <message>
   <source>1 to 5 days</source>
   <translation>1 bis 5 Tage</translation>
  </message>
  <message>
   <source>11 to 20 days</source>
   <translation>11 bis 20 Tage</translation>
  </message>
  <message>
   <source>21 to 40 days</source>
   <translation>21 bis 40 Tage</translation>
  </message>
  <message>
   <source>6 to 10 days</source>
   <translation>6 bis 10 Tage</translation>
  </message>
  <message>
   <source>Days to the nearest clear look</source>
   <translation>Tage bis zum nächsten klaren Blick</translation>
  </message>
  <message>
   <source>Doubt</source>
   <translation>Zweifel</translation>
  </message>
  <message>
   <source>How long before or after this day each pixel was last seen clear</source>
   <translation>Wie lange vor oder nach diesem Tag jedes Pixel klar zu sehen war</translation>
  </message>
  <message>
   <source>Kairos: trust</source>
   <translation>Kairos: Vertrauen</translation>
  </message>
  <message>
   <source>More than 40 days</source>
   <translation>Mehr als 40 Tage</translation>
  </message>
  <message>
   <source>More than ±0.05</source>
   <translation>Mehr als ±0,05</translation>
  </message>
  <message>
   <source>Never seen</source>
   <translation>Nie gesehen</translation>
  </message>
  <message>
   <source>Nine times in ten the truth lies within this much, in red light</source>
   <translation>In neun von zehn Fällen liegt die Wahrheit innerhalb dieses Maßes, in rotem Licht</translation>
  </message>
  <message>
   <source>None: seen on that day</source>
   <translation>Keiner: an dem Tag gesehen</translation>
  </message>
  <message>
   <source>Observed on that day</source>
   <translation>An dem Tag beobachtet</translation>
  </message>
  <message>
   <source>Observed, rebuilt from the scene, from other days, or by a model</source>
   <translation>Beobachtet, aus der Szene nachgebaut, aus anderen Tagen oder von einem Modell</translation>
  </message>
  <message>
   <source>Rebuilt from other days</source>
   <translation>Aus anderen Tagen nachgebaut</translation>
  </message>
  <message>
   <source>Rebuilt from radar or a learned model</source>
   <translation>Aus Radar oder von einem gelernten Modell nachgebaut</translation>
  </message>
  <message>
   <source>Rebuilt from the rest of the scene</source>
   <translation>Aus dem Rest der Szene nachgebaut</translation>
  </message>
  <message>
   <source>Seen on that day</source>
   <translation>An dem Tag gesehen</translation>
  </message>
  <message>
   <source>Up to ±0.005 reflectance</source>
   <translation>Bis ±0,005 Reflexion</translation>
  </message>
  <message>
   <source>Up to ±0.01</source>
   <translation>Bis ±0,01</translation>
  </message>
  <message>
   <source>Up to ±0.02</source>
   <translation>Bis ±0,02</translation>
  </message>
  <message>
   <source>Up to ±0.05</source>
   <translation>Bis ±0,05</translation>
  </message>
  <message>
   <source>Where pixels come from</source>
   <translation>Woher die Pixel kommen</translation>
  </message>
 </context>
 <context>
  <name>WorkerClient</name>
  <message>
   <source>The engine did not answer any more and was ended; try again.</source>
   <translation>Die Rechenmaschine antwortete nicht mehr und wurde beendet; versuchen Sie es noch einmal.</translation>
  </message>
  <message>
   <source>The engine ended unexpectedly; the log tells more. Try again.</source>
   <translation>Die Rechenmaschine endete unerwartet; das Protokoll sagt mehr. Versuchen Sie es noch einmal.</translation>
  </message>
  <message>
   <source>The engine gave answers that cannot be understood; is its Python right?</source>
   <translation>Die Rechenmaschine gab unverständliche Antworten; ist ihr Python das richtige?</translation>
  </message>
  <message>
   <source>The engine of Kairos is not set up yet: choose its Python in the settings.</source>
   <translation>Die Rechenmaschine von Kairos ist noch nicht eingerichtet: wählen Sie ihr Python in den Einstellungen.</translation>
  </message>
  <message>
   <source>The engine was ended because it did not answer a cancel.</source>
   <translation>Die Rechenmaschine wurde beendet, weil sie auf einen Abbruch nicht antwortete.</translation>
  </message>
 </context>
</TS>
